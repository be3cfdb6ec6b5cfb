"""Where the tiles of the grid stand: plain arithmetic, the same effort for ten tiles and for a million. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

MARGIN = 12
"""Around the grid, logical px."""
GAP = 4
"""Least distance between cells, logical px; what is left of the width is spread among them."""


SHRINK, GROWTH = 0.88, 1.3
"""How far pictures may be from the side that was asked for, so that cells fill the width."""


def fill(width: int, wanted: int, fixed: int) -> int:
    """The side of a picture, close to `wanted` px, with which cells fill a viewport `width` wide; `fixed` px of a
    cell's width are not picture."""
    room = width - 2 * MARGIN + GAP
    columns = max(1, int(room // (wanted * SHRINK + fixed + GAP)))
    side = room // columns - GAP - fixed
    return min(max(side, int(wanted * SHRINK)), int(wanted * GROWTH))


@dataclass(frozen=True, slots=True)
class GridLayout:
    """`count` cells of `cell_width` × `cell_height` in a viewport `width` wide. All in logical px of the content."""

    count: int
    width: int
    cell_width: int
    cell_height: int

    @property
    def columns(self) -> int:
        return max(1, (self.width - 2 * MARGIN + GAP) // (self.cell_width + GAP))

    @property
    def lines(self) -> int:
        return -(-self.count // self.columns)

    @property
    def step(self) -> int:
        """From the top of a line to the top of the next."""
        return self.cell_height + GAP

    @property
    def height(self) -> int:
        """Of the whole content; 0 where there is none."""
        return self.lines * self.step - GAP + 2 * MARGIN if self.count else 0

    def left(self, column: int) -> int:
        """Left edge of a column: the first and the last stand at the margins."""
        return self._left(column, self.columns)

    def _left(self, column: int, columns: int) -> int:
        if columns == 1:
            return max(0, (self.width - self.cell_width) // 2)
        return MARGIN + column * (self.width - 2 * MARGIN - self.cell_width) // (columns - 1)

    def top(self, line: int) -> int:
        return MARGIN + line * self.step

    def place(self, row: int) -> tuple[int, int]:
        """Left and top of a cell."""
        columns = self.columns
        line, column = divmod(row, columns)
        return self._left(column, columns), self.top(line)

    def at(self, x: int, y: int) -> int:
        """The cell at this point; -1 between cells."""
        line = (y - MARGIN) // self.step
        if y < MARGIN or line >= self.lines or (y - MARGIN) % self.step >= self.cell_height:
            return -1
        for column in range(self.columns):
            left = self.left(column)
            if left <= x < left + self.cell_width:
                row = line * self.columns + column
                return row if row < self.count else -1
        return -1

    def nearest(self, x: int, y: int) -> int:
        """The cell that is closest to this point; -1 where there are none."""
        if not self.count:
            return -1
        line = min(max(0, (y - MARGIN) // self.step), self.lines - 1)
        column = min(range(self.columns), key=lambda each: abs(self.left(each) + self.cell_width // 2 - x))
        return min(line * self.columns + column, self.count - 1)

    def rows_between(self, top: int, bottom: int) -> range:
        """The cells that show between these heights (bottom excluded)."""
        if not self.count or bottom <= top:
            return range(0)
        first = max(0, (top - MARGIN) // self.step)
        last = min(self.lines - 1, (bottom - 1 - MARGIN) // self.step)
        return range(first * self.columns, min((last + 1) * self.columns, self.count))

    def rows_in(self, left: int, top: int, right: int, bottom: int) -> list[range]:
        """The cells that a rectangle touches, line by line (right and bottom excluded)."""
        hit = [at for at in range(self.columns) if self.left(at) < right and self.left(at) + self.cell_width > left]
        if not hit or not self.count:
            return []
        first = max(0, (top - MARGIN + GAP) // self.step)
        last = min(self.lines - 1, (bottom - 1 - MARGIN) // self.step)
        lines = [
            range(line * self.columns + hit[0], line * self.columns + hit[-1] + 1) for line in range(first, last + 1)
        ]
        return [range(line.start, min(line.stop, self.count)) for line in lines if line.start < self.count]

    def page(self, height: int) -> int:
        """Cells by which a page of this height moves on: whole lines, at least one."""
        return max(1, height // self.step) * self.columns
