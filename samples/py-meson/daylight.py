"""How long the days are: a year of six cities as text, its statistics, and a plot of them in daylight.svg."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from xml.sax.saxutils import escape

from colstats_meson import Err, stats

CITIES = {"Quito": -0.2, "Cairo": 30.0, "Rome": 41.9, "Berlin": 52.5, "Reykjavík": 64.1, "Tromsø": 69.6}
WIDTH, ROW, LEFT, RIGHT = 640, 44, 110, 20  # of the plot, in pixels


def declination(day: int) -> float:
    """Of the sun, in degrees, on a day of the year."""
    return -23.44 * math.cos(2 * math.pi / 365 * (day + 10))


def hours(latitude: float, day: int) -> float:
    """From sunrise to sunset, by the sunrise equation."""
    cosine = -math.tan(math.radians(latitude)) * math.tan(math.radians(declination(day)))
    return 24 / math.pi * math.acos(max(-1.0, min(1.0, cosine)))


def year() -> str:
    """Comma-separated values, a line for each day of each city."""
    lines = ["city,day,noon,daylight"]
    for city, latitude in CITIES.items():
        for day in range(1, 366):
            noon = 90 - abs(latitude - declination(day))
            lines.append(f"{city},{day},{noon:.4f},{hours(latitude, day):.4f}")
    return "\n".join(lines)


def plot(groups: list[stats.Group]) -> str:
    """A box for the middle half of the days of each city, with lines to the shortest and the longest."""
    height = ROW * len(groups) + 56

    def x(value: float) -> float:
        return round(LEFT + value / 24 * (WIDTH - LEFT - RIGHT), 1)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">']
    parts.append(f'<rect width="{WIDTH}" height="{height}" fill="white"/>')
    for hour in range(0, 25, 4):
        parts.append(f'<path d="M{x(hour)} 10V{height - 46}" stroke="#ddd"/>')
        parts.append(f'<text x="{x(hour)}" y="{height - 28}" font-size="12" text-anchor="middle">{hour} h</text>')
    for row, group in enumerate(groups):
        s, y = group.summary, 10 + ROW * row + ROW // 2
        width = round(x(s.upper_quartile) - x(s.lower_quartile), 1)
        parts.append(f'<text x="{LEFT - 12}" y="{y + 5}" font-size="14" text-anchor="end">{escape(group.key)}</text>')
        parts.append(f'<path d="M{x(s.least)} {y}H{x(s.greatest)}" stroke="#37618e" stroke-width="2"/>')
        parts.append(f'<rect x="{x(s.lower_quartile)}" y="{y - 11}" width="{width}" height="22" fill="#f2b84b"/>')
        parts.append(f'<path d="M{x(s.median)} {y - 11}v22" stroke="#37618e" stroke-width="3"/>')
    label = f'<text x="{x(12)}" y="{height - 9}" font-size="12" text-anchor="middle">from sunrise to sunset</text>'
    return "\n".join([*parts, label, "</svg>\n"])


def main() -> int:
    """Print the table and write the plot, into the directory that is given. Of another file, say what is wrong."""
    if len(sys.argv) > 2:
        print(f"usage: {sys.argv[0]} [DIRECTORY]", file=sys.stderr)
        return 2
    try:
        with stats.Table.from_csv(year().encode()) as table:
            groups = table.summary_by("daylight", "city")
            print("city        shortest   median  longest  deviation")
            for group in groups:
                s = group.summary
                print(f"{group.key:10}  {s.least:8.2f} {s.median:8.2f} {s.greatest:8.2f} {s.deviation:10.2f}")
            print(f"\n{table.rows()} days, by the hour from 0 to 24:", *table.histogram("daylight", 24))
            print(f"correlation with the sun's height at noon: {table.correlation('noon', 'daylight'):.3f}")
    except Err as error:
        print(f"daylight: {error.value}", file=sys.stderr)
        return 1
    Path(sys.argv[1] if len(sys.argv) > 1 else ".", "daylight.svg").write_text(plot(groups), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
