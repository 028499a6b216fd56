"""Computes bookstat's report anew, by regular expressions and counters, and compares it with what bookstat prints.

usage: check_figures.py BOOKSTAT BOOK
"""

import difflib
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Container
from pathlib import Path

TOP = 5
LETTER = "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]"
WORD = re.compile(rf"{LETTER}+(?:['-]{LETTER}+)*")
SENTENCE = re.compile(r"([^.?!]*)([.?!])")
LEXICON = (Path(__file__).parent / "src" / "lexicon.h").read_text(encoding="utf-8")
ARCHAIC = dict(re.findall(r'{"(\w+)", "(\w+)"}', LEXICON))
FUNCTION_WORDS = set(re.findall(r'"(\w+)"', LEXICON.split("};")[0]))


def lower(word: str) -> str:
    return re.sub("[A-Z]+", lambda capitals: capitals[0].lower(), word)


def third_person(word: str, vocabulary: Container[str]) -> str | None:
    """Gives "gives" for "giveth" if the vocabulary has "give"; likewise "speaks" and "sits"."""
    found = re.fullmatch(r"(..+)eth", word)
    if not found:
        return None
    stem = found[1]
    verbs = [stem + "e", stem]
    if len(stem) > 2 and stem[-1] == stem[-2]:
        verbs.append(stem[:-1])
    verb = next((verb for verb in verbs if verb in vocabulary), None)
    return verb and verb + ("es" if re.search("([sxzo]|[cs]h)$", verb) else "s")


def kinds_of(vocabulary: Counter[str], small: set[str]) -> dict[str, tuple[str, str | None]]:
    """Each word's kind, and today's word for an archaic one; `small` are the words seen without a capital."""

    def kind_of(word: str) -> tuple[str, str | None]:
        if word in FUNCTION_WORDS:
            return "function words", None
        if word in ARCHAIC:
            return "archaic", ARCHAIC[word]
        if word not in small:
            return "names", None
        today = third_person(word, vocabulary)
        return ("archaic", today) if today else ("content", None)

    return {word: kind_of(word) for word in vocabulary}


def report(text: str) -> str:
    """What bookstat should print of `text`."""
    spelled = WORD.findall(text)
    vocabulary = Counter(map(lower, spelled))
    kinds = kinds_of(vocabulary, {word for word in spelled if not "A" <= word[0] <= "Z"})
    words = len(spelled)
    stops = Counter(stop for sentence, stop in SENTENCE.findall(text) if WORD.search(sentence))
    letters = sum(len(word.replace("'", "").replace("-", "")) for word in spelled)
    readability = 4.71 * letters / words + 0.5 * words / (stops.total() or 1) - 21.43
    by_count = sorted(vocabulary, key=lambda word: (-vocabulary[word], word))
    by_length = sorted(vocabulary, key=lambda word: (-len(re.sub("['-]", "", word)), word))

    def listed(some: list[str]) -> str:
        return ", ".join(f"{word} ({kinds[word][1]})" if kinds[word][1] else word for word in some[:TOP])

    def share(kind: str) -> str:
        members = [word for word in by_count if kinds[word][0] == kind]
        count = sum(vocabulary[word] for word in members)
        return f"{kind:<14} {count:7} {100 * count / words:6.2f} % {len(members):8}  {listed(members)}".rstrip()

    once = sum(count == 1 for count in vocabulary.values())
    ratio = len(vocabulary) / words
    return "\n".join(
        [
            f"{words:7} words, {len(vocabulary)} distinct (type-token ratio {ratio:.4f}), {once} of them seen once",
            f"{stops.total():7} sentences: {stops['.']} statements, {stops['?']} questions, {stops['!']} exclamations",
            f"{len(re.findall('[0-9]+', text)):7} numbers",
            f"{readability:7.2f} readability index",
            "",
            "kind             words    share distinct  most frequent",
            *map(share, ["function words", "names", "archaic", "content"]),
            "",
            f"longest words: {listed(by_length)}",
            "",
        ]
    )


def check_report(bookstat: list[str], book: Path) -> bool:
    printed = subprocess.run([*bookstat, book], capture_output=True, check=True).stdout.decode()
    expected = report(book.read_text(encoding="utf-8"))
    sys.stdout.writelines(
        difflib.unified_diff(expected.splitlines(True), printed.splitlines(True), "expected", "printed")
    )
    return printed == expected


def check_error(bookstat: list[str], content: bytes, message: str) -> bool:
    with tempfile.TemporaryDirectory() as directory:
        text = Path(directory, "text")
        text.write_bytes(content)
        run = subprocess.run([*bookstat, text], capture_output=True)
    complaint = run.stderr.decode()
    if run.returncode == 1 and complaint.endswith(f": {message}\n"):
        return True
    print(f"expected {message!r} for {content!r}, got exit code {run.returncode} and {complaint!r}")
    return False


def main() -> int:
    *bookstat, book = sys.argv[1:]
    letters = "Größe? «Größe»! O'er-the-top - 'tis. Łódź… It's 3.5. Ärger Élan élan."
    verbs = "I go, teach and sit; he goeth, teacheth, giveth and sitteth, to give teeth"
    with tempfile.TemporaryDirectory() as directory:
        other = Path(directory, "other.txt")
        other.write_text(f"{letters}\n{verbs}", encoding="utf-8")
        checks = [
            check_report(bookstat, Path(book)),
            check_report(bookstat, other),
        ]
    checks += [
        check_error(bookstat, b"some text\xff", "not UTF-8 at byte 9"),
        check_error(bookstat, b"\xe2\x82", "not UTF-8 at byte 0"),
        check_error(bookstat, b"ab\xe0\x81\xa1", "not UTF-8 at byte 2"),
        check_error(bookstat, b"a \xed\xa0\x80", "not UTF-8 at byte 2"),
        check_error(bookstat, b"1, 2.", "no words"),
        check_error(bookstat, b"", "no words"),
    ]
    return 0 if all(checks) else 1


if __name__ == "__main__":
    sys.exit(main())
