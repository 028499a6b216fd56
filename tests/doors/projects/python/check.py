"""What a user of the package does."""

from tokens import Err, words

assert words.count("some text") == [words.Word(text="some text", count=1)]
assert words.div(7, 2) == 3
try:
    words.div(1, 0)
except Err as error:
    assert error.value == "by zero"
else:
    raise AssertionError("an error was lost")
with words.Bag("one") as bag:
    assert [bag.add(3), bag.add(4)] == [3, 7]
print("fine")
