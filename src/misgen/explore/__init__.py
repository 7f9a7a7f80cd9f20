"""The kit of explorers: interactive figures for Jupyter, Colab, and a page without Python.

What a topic shows with it is in its own `explorers.py`. This package imports anywidget;
`import misgen` does not import this package.
"""

from __future__ import annotations

from misgen.explore.base import Explorer
from misgen.explore.beside import side_by_side
from misgen.explore.conversation import Conversation, Dialogue, Said
from misgen.explore.guess import Answer, Guess
from misgen.explore.guesses import Guesses
from misgen.explore.panel import Panel
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.panel_parts import Bars, Cells, Line, Lines, Replays
from misgen.explore.predict import Predict
from misgen.explore.quiz import Option, Question, Quiz
from misgen.explore.sketch import Sketch
from misgen.explore.study import Source, Study, Words

__all__ = [
    "Answer", "Bars", "Cells", "Control", "Conversation", "Dialogue", "Explorer", "Guess",
    "Guesses", "Line", "Lines", "Option", "Panel", "Predict", "Question", "Quiz", "Reading",
    "Replays", "Said", "Sketch", "Source", "Study", "Words", "side_by_side",
]  # fmt: skip
