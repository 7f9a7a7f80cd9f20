"""Runs the compiled kernels in Node, on copies of the arrays whose addresses they are given.

Node holds the module and a memory; each call writes all arrays into it, each between two guards,
and reads them back. So a kernel that writes beside its arrays is found out.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from node import find_node

_SCRIPT = """
import { readFileSync, readSync, writeSync } from "node:fs";
const memory = new WebAssembly.Memory({ initial: 512 });
const module = readFileSync(process.argv[2]);
const { instance } = await WebAssembly.instantiate(module, { env: { memory } });
const whole = (act, bytes) => {
  for (let done = 0; done < bytes.length; ) {
    const count = act(bytes.subarray(done));
    if (count === 0) process.exit();
    done += count;
  }
  return bytes;
};
const read = (size) => whole((rest) => readSync(0, rest), new Uint8Array(size));
for (;;) {
  const size = new DataView(read(4).buffer).getUint32(0, true);
  const { name, numbers, bytes } = JSON.parse(new TextDecoder().decode(read(size)));
  const view = new Uint8Array(memory.buffer, 0, bytes);
  view.set(read(bytes));
  instance.exports[name](...numbers);
  whole((rest) => writeSync(1, rest), view);
}
"""
_GUARD = b"\xa5" * 64


class NodeExports:
    """What the module exports, as `misgen.learn.wasm.Exports` has it."""

    def __init__(self, folder: Path, module: Path) -> None:
        node = find_node()
        if node is None:
            pytest.skip("There is no Node: `make assets` installs one.")
        script = folder / "kernels.mjs"
        script.write_text(_SCRIPT)
        self._node = subprocess.Popen(
            [node, str(script), str(module)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def close(self) -> None:
        self._node.communicate()

    def choose(self, *numbers: int) -> None:
        n, inputs, units, actions = numbers[-4:]
        floats = (_weights(inputs, units, actions), n * inputs, actions * n)
        sizes = [*(4 * count for count in floats), 8 * n, 4 * n, 4 * n]
        self._call("choose", numbers, [*sizes, 8 * inputs + 4 * (units + 2 * actions)])

    def gradient(self, *numbers: float) -> None:
        n, inputs, units, actions = map(int, numbers[9:13])
        rows = np.frombuffer(ctypes.string_at(int(numbers[7]), 8 * n), np.int64)
        count, block = int(rows.max()) + 1, 4 * _weights(inputs, units, actions)
        sizes = [block, block, 4 * count * inputs, 8 * count, 4 * count, 4 * count, 4 * count]
        room = 8 * inputs + 4 * (2 * units + 2 * actions + 1)
        self._call("gradient", numbers, [*sizes, 8 * n, room])

    def adam(self, *numbers: float) -> None:
        self._call("adam", numbers, [4 * int(numbers[4])] * 4)

    def _call(self, name: str, numbers: Sequence[float], sizes: Sequence[int]) -> None:
        """Calls a kernel; the first of its numbers are the addresses of arrays of these sizes."""
        addresses = [int(number) for number in numbers[: len(sizes)]]
        memory, places = _GUARD, []
        for address, size in zip(addresses, sizes, strict=True):
            places.append(len(memory))
            memory += ctypes.string_at(address, size) + _GUARD
        head = {"name": name, "numbers": [*places, *numbers[len(sizes) :]], "bytes": len(memory)}
        told = json.dumps(head).encode()
        self._node.stdin.write(len(told).to_bytes(4, "little") + told + memory)
        self._node.stdin.flush()
        after = self._node.stdout.read(len(memory))
        for place, address, size in zip(places, addresses, sizes, strict=True):
            assert after[place - len(_GUARD) : place] == _GUARD
            ctypes.memmove(address, after[place : place + size], size)
        assert after[-len(_GUARD) :] == _GUARD


def _weights(inputs: int, units: int, actions: int) -> int:
    return (inputs + actions + 1) * units + actions + 1
