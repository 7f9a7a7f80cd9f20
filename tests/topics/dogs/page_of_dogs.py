"""What the ES module of the dogs makes of an explorer's table and arrays, in Node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from node import run_in_node

from misgen.explore.base import Explorer

_SCRIPT = """async (module, {{ table, bytes, cases }}) => {{
  const {{ readArrays }} = await import("./explore/js/shared.js");
  const get = (name) => (name === "data" ? new Uint8Array(bytes) : table);
  const arrays = readArrays({{ get }});
  return cases.map(({each}));
}}"""


def page_of(folder: Path, explorer: Explorer, each: str, cases: list[Any]) -> list[Any]:
    """Returns what a JavaScript function of a case gives; it sees `module`, `table`, `arrays`."""
    given = {"table": explorer.table, "bytes": [*explorer.data], "cases": cases}
    return run_in_node(folder, "topics/dogs/model", _SCRIPT.format(each=each), given)
