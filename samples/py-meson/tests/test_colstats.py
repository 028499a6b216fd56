"""The installed package against Python's own statistics."""

from __future__ import annotations

import array
import csv
import io
import math
import random
import statistics

import pytest
from colstats_meson import Err, stats

ROWS = 500


def numbers(seed: int = 8) -> list[float]:
    """Some of each size."""
    source = random.Random(seed)
    return [source.uniform(-1, 1) * 10 ** source.randrange(6) for _ in range(ROWS)]


def table(rows: list[list[object]]) -> stats.Table:
    """Rows, through the csv module of Python's library."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return stats.Table.from_csv(text.getvalue().encode())


def check(summary: stats.Summary | None, values: list[float]) -> None:
    """Compare with what Python's library says."""
    assert summary is not None
    quartiles = statistics.quantiles(values, method="inclusive")
    assert [summary.lower_quartile, summary.median, summary.upper_quartile] == pytest.approx(quartiles)
    assert summary.mean == pytest.approx(statistics.fmean(values))
    assert summary.deviation == pytest.approx(statistics.stdev(values))
    assert (summary.count, summary.least, summary.greatest) == (len(values), min(values), max(values))


def test_a_column_s_summary_is_right() -> None:
    values = numbers()
    with table([["value"], *([value] for value in values)]) as columns:
        assert columns.numbers("value") == values
        check(columns.summary("value"), values)
        assert sum(columns.histogram("value", 7)) == ROWS


@pytest.mark.parametrize("kind", [list, tuple, lambda values: array.array("d", values)], ids=["list", "tuple", "array"])
def test_numbers_need_no_table(kind: type) -> None:
    values = numbers(9)
    check(stats.summarize(kind(values)), values)


def test_what_is_missing_is_counted() -> None:
    with table([["a"], [1], [""], [3], ["nan"]]) as columns:
        summary = columns.summary("a")
    assert (summary.count, summary.missing, summary.mean) == (2, 2, 2.0)
    assert stats.summarize([math.nan]) is None
    assert stats.summarize([]) is None


def test_groups_are_summed_apart() -> None:
    values, keys = numbers(10), [str(i % 7) + ' "x", ü\n' for i in range(ROWS)]
    with table([["key", "value"], *map(list, zip(keys, values, strict=True))]) as columns:
        assert columns.names() == ["key", "value"]
        assert columns.texts("key") == keys
        groups = columns.summary_by("value", "key")
    assert [group.key for group in groups] == keys[:7]
    for i, group in enumerate(groups):
        check(group.summary, values[i::7])


def test_correlation_is_right() -> None:
    ones, others = numbers(11), numbers(12)
    others = [a / 1000 + b for a, b in zip(ones, others, strict=True)]
    with table([["one", "other"], *map(list, zip(ones, others, strict=True))]) as columns:
        assert columns.correlation("one", "other") == pytest.approx(statistics.correlation(ones, others))
        assert columns.correlation("one", "one") == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        (b"", 1, "NO_HEADER"),
        (b"a,b\n1,2\n1\n", 3, "UNEVEN"),
        (b'a\n"1', 2, "STRAY_QUOTE"),
        (b'a\n"1"2\n', 2, "STRAY_QUOTE"),
        (b'a,b\n"\n\n",1\n1\n', 5, "UNEVEN"),
        (b"a\n1\n\xff\n", 3, "NOT_UTF8"),
    ],
)
def test_a_misread_line_is_named(text: bytes, line: int, fault: str) -> None:
    with pytest.raises(Err) as caught:
        stats.Table.from_csv(text)
    match caught.value.value:
        case stats.Problem_Misread(problem):
            assert (problem.line, problem.fault.name) == (line, fault)
        case other:
            raise AssertionError(other)


def test_a_wrong_column_is_named() -> None:
    with table([["a", "b"], ["x", 1]]) as columns:
        for call, problem in (
            (lambda: columns.summary("c"), stats.Problem_NoColumn("c")),
            (lambda: columns.summary("a"), stats.Problem_OtherKind("a")),
            (lambda: columns.texts("b"), stats.Problem_OtherKind("b")),
        ):
            with pytest.raises(Err) as caught:
                call()
            assert caught.value.value == problem
    with pytest.raises(ValueError, match="dropped"):
        columns.rows()


def test_random_text_is_read_or_refused() -> None:
    source = random.Random(13)
    for _ in range(2000):
        text = bytes(source.choice(b'a1,,""\n\r\xc3\xa9') for _ in range(source.randrange(24)))
        try:
            columns = stats.Table.from_csv(text)
        except Err:
            continue
        with columns:
            assert columns.rows() <= text.count(b"\n") + 1
            assert all(name.encode() for name in columns.names() if name)
