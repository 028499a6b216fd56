"""The graph as an SVG picture: a row of boxes for each depth, importers above their providers.

An arrow over several rows gets a point in each row that it passes, so that it goes round the boxes; each label has a
line of its own in the space under its importer's row, so that no two meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from symbuild.frozen import frozen
from symbuild.graph.explain import Graph, Link, Node, bound_text, depths

# Pixels. The widths of a character are those of the wider letters, in a box and in a label.
_CHARACTER, _NOTE, _LINE, _BOX, _MARGIN = 7.3, 6.7, 18, 44, 16
# Between two boxes of a row, and at both ends of an arrow.
_BESIDE, _BELOW = 90, 28
_STYLE = """\
text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #1c2733; text-anchor: middle }
.name { font-weight: 600 } .note { fill: #64748b; font-size: 12px }
rect { fill: #eef4fb; stroke: #3b6ea5 } .label rect { fill: #fff; stroke: none }
path { fill: none; stroke: #3b6ea5; stroke-width: 1.3 } .open rect, .open path { stroke-dasharray: 5 4 }
#head path { fill: #3b6ea5; stroke: none }"""
_HEAD = (
    '<marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 0 L8 4 L0 8 z"/></marker>'
)


@frozen
class _Box:
    """What stands in a row; without a title, a point that an arrow passes."""

    title: str = ""
    note: str = ""
    is_open: bool = False

    @property
    def width(self) -> float:
        return max(len(self.title), len(self.note)) * _CHARACTER + 2 * _MARGIN if self.title else _MARGIN


@frozen
class _Arrow:
    """All links of one pair, by the boxes on the way and with a line of label each."""

    way: tuple[str, ...]
    label: tuple[str, ...]
    is_open: bool


@frozen
class _Place:
    """Where a box is: the middle of its upper edge."""

    x: float
    y: float


def svg(graph: Graph) -> str:
    """The picture."""
    rows, arrows = _rows(graph)
    order = _untangled([list(row) for row in rows], arrows)
    boxes = {name: box for row in rows for name, box in row.items()}
    places = _places(order, boxes, arrows)
    labels = list(_label_places(order, arrows, places))
    left = min([p.x - boxes[n].width / 2 for n, p in places.items()] + [p.x - w / 2 for _, p, w in labels], default=0)
    right = max([p.x + boxes[n].width / 2 for n, p in places.items()] + [p.x + w / 2 for _, p, w in labels], default=0)
    bottom = max((p.y for p in places.values()), default=0) + _BOX
    left, width, height = left - _MARGIN, right - left + 2 * _MARGIN, bottom + _MARGIN
    lines = [_path(arrow, places) for arrow in arrows]
    lines += [_text_on_white(text, place, w) for text, place, w in labels]
    lines += [_box(boxes[name], place) for name, place in places.items() if boxes[name].title]
    size = f'viewBox="{left:.0f} 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    return "\n".join([head, f"<style>\n{_STYLE}\n</style>", _HEAD, *lines, "</svg>", ""])


# ---- what stands where -----------------------------------------------------------------------------------------------
def _rows(graph: Graph) -> tuple[list[dict[str, _Box]], list[_Arrow]]:
    depth = depths([node.name for node in graph.nodes], graph.links)
    boxes = {node.name: _component(node) for node in graph.nodes}
    nodes = {node.name: node for node in graph.nodes}
    pairs: dict[tuple[str, str], list[Link]] = {}
    for link in graph.links:
        target = link.provider or f"?{link.kind}"
        pairs.setdefault((link.importer, target), []).append(link)
        if link.provider is None:
            boxes[target] = _Box(
                "loaded at run time" if link.kind == "run-time table" else "the loading process", "", True
            )
            depth[target] = max(depth.get(target, 0), depth[link.importer] + 1)
    rows: list[dict[str, _Box]] = [{} for _ in range(max(depth.values(), default=-1) + 1)]
    for name, box in boxes.items():
        rows[depth[name]][name] = box
    arrows = []
    for i, ((importer, target), links) in enumerate(pairs.items()):
        points = {f".{i}.{row}": row for row in range(depth[importer] + 1, depth[target])}
        for name, row in points.items():
            rows[row][name] = _Box()
        label = tuple(f"{link.title}: {bound_text(link, nodes).partition(',')[0]}" for link in links)
        arrows.append(_Arrow((importer, *points, target), label, links[0].provider is None))
    return rows, arrows


def _component(node: Node) -> _Box:
    return _Box(node.name, f"{node.language}, views" if node.views else node.language)


def _untangled(rows: list[list[str]], arrows: Sequence[_Arrow]) -> list[list[str]]:
    """The rows, each ordered by where its neighbours in the row above stand, then below, a few times over."""
    steps = [(a, b) for arrow in arrows for a, b in zip(arrow.way, arrow.way[1:], strict=False)]
    for _ in range(4):
        for i in range(1, len(rows)):
            rows[i] = _sorted_by(rows[i], rows[i - 1], [(b, a) for a, b in steps])
        for i in reversed(range(len(rows) - 1)):
            rows[i] = _sorted_by(rows[i], rows[i + 1], steps)
    return rows


def _sorted_by(row: list[str], other: list[str], steps: Sequence[tuple[str, str]]) -> list[str]:
    position = {name: (i + 0.5) / len(other) for i, name in enumerate(other)}

    def middle(index: int) -> float:
        near = [position[b] for a, b in steps if a == row[index] and b in position]
        return sum(near) / len(near) if near else (index + 0.5) / len(row)

    return [row[index] for index in sorted(range(len(row)), key=middle)]


def _places(rows: Sequence[Sequence[str]], boxes: Mapping[str, _Box], arrows: Sequence[_Arrow]) -> dict[str, _Place]:
    """Rows are centred; under each is room for the labels of the arrows that leave it."""
    places, y = {}, float(_MARGIN)
    for row in rows:
        x = -(sum(boxes[name].width for name in row) + _BESIDE * (len(row) - 1)) / 2
        for name in row:
            places[name] = _Place(x + boxes[name].width / 2, y)
            x += boxes[name].width + _BESIDE
        y += _BOX + 2 * _BELOW + _LINE * sum(len(arrow.label) for arrow in arrows if arrow.way[0] in row)
    return places


def _label_places(
    rows: Sequence[Sequence[str]], arrows: Sequence[_Arrow], places: Mapping[str, _Place]
) -> Iterator[tuple[str, _Place, float]]:
    """Each line of each label, the middle of its base line, and its width: where its arrow crosses its line."""
    for row in rows:
        number = 0
        for name in row:
            for arrow in (a for a in arrows if a.way[0] == name):
                start, end = places[name], places[arrow.way[1]]
                top, room = start.y + _BOX, end.y - start.y - _BOX
                half = len(arrow.label) / 2
                at = (_BELOW + _LINE * (number + half)) / room
                for i, text in enumerate(arrow.label):
                    y = top + _BELOW + _LINE * (number + i + 0.7)
                    yield text, _Place(start.x + at * (end.x - start.x), y), len(text) * _NOTE
                number += len(arrow.label)


# ---- what is drawn ---------------------------------------------------------------------------------------------------
def _path(arrow: _Arrow, places: Mapping[str, _Place]) -> str:
    first, *passed, last = (places[name] for name in arrow.way)
    points = [(first.x, first.y + _BOX)]
    for point in passed:
        points += [(point.x, point.y), (point.x, point.y + _BOX)]
    points.append((last.x, last.y))
    way = " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return _group(arrow.is_open, f'<path d="M{way}" marker-end="url(#head)"/>')


def _box(box: _Box, place: _Place) -> str:
    left = place.x - box.width / 2
    rect = f'<rect x="{left:.1f}" y="{place.y:.1f}" width="{box.width:.1f}" height="{_BOX}" rx="6"/>'
    middle = place.y + _BOX / 2
    lines = _text("name", box.title, place.x, middle - 3 if box.note else middle + 4)
    lines += _text("note", box.note, place.x, middle + 14) if box.note else ""
    return _group(box.is_open, rect + lines)


def _text_on_white(text: str, place: _Place, width: float) -> str:
    rect = f'<rect x="{place.x - width / 2:.1f}" y="{place.y - 13:.1f}" width="{width:.1f}" height="{_LINE}"/>'
    return f'<g class="label">{rect}{_text("note", text, place.x, place.y)}</g>'


def _text(kind: str, text: str, x: float, y: float) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _group(is_open: bool, content: str) -> str:
    return f'<g class="open">{content}</g>' if is_open else f"<g>{content}</g>"
