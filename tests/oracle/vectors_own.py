"""Vectors worked out by hand, for what the specification's printed ones lack: maps, fixed-length lists, handles.

``index`` is the Canonical ABI (a handle is 4 bytes), ``pointer`` the symmetric one (a handle is a pointer). Bytes are
little-endian; allocations start at ``HEAP`` = 0x20000. Dots group bytes, a space separates fields, ``|`` elements.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oracle.boxes import IMPORTED
from oracle.vectors import Expected
from symbuild.abi.layout import HandleForm
from symbuild.model.types import (
    Bits,
    Case,
    Channel,
    Field,
    FixedSeq,
    Handle,
    Label,
    Product,
    Scalar,
    Seq,
    Sum,
    Text,
    Type,
    map_of,
    option,
    result,
    tuple_of,
)

HEAP = 0x20000
OWN = Handle(IMPORTED, owned=True)
BORROW = Handle(IMPORTED, owned=False)
U8, U16, U32, U64 = Scalar("u8"), Scalar("u16"), Scalar("u32"), Scalar("u64")
F32, F64 = Scalar("f32"), Scalar("f64")


@dataclass(frozen=True, slots=True)
class OwnVector:
    """One type and value, for one form of handles; ``expected`` by pointer width."""

    name: str
    form: HandleForm
    type: Type
    value: Any
    expected: dict[int, Expected]


def _at(size: int, align: int, mem: str, heap: str = "", *, types: str, flat: tuple[int | float, ...]) -> Expected:
    return Expected(size, align, _hex(mem), _hex(heap), tuple(types.split()), flat)


def _hex(text: str) -> bytes:
    return bytes.fromhex(text.replace("|", " "))


VECTORS = (
    # -- the table of symmetric-abi.md, section 3 ----------------------------------------------------------------------
    OwnVector(
        "string",
        "pointer",
        Text(),
        "hé",  # 68 c3a9: three bytes
        {
            # ptr 4 + len 4 = 8
            4: _at(8, 4, "00000200 03000000", "68c3a9", types="i32 i32", flat=(HEAP, 3)),
            # ptr 8 + len 8 = 16
            8: _at(16, 8, "0000020000000000 0300000000000000", "68c3a9", types="i64 i64", flat=(HEAP, 3)),
        },
    ),
    OwnVector(
        "own, 4 bytes",
        "pointer",
        OWN,
        0x11223344,
        {4: _at(4, 4, "44332211", types="i32", flat=(0x11223344,))},
    ),
    OwnVector(
        "own, 8 bytes",
        "pointer",
        OWN,
        0x1122334455667788,
        {8: _at(8, 8, "8877665544332211", types="i64", flat=(0x1122334455667788,))},
    ),
    OwnVector(
        "own, an index at either width",
        "index",
        OWN,
        5,
        {
            4: _at(4, 4, "05000000", types="i32", flat=(5,)),
            8: _at(4, 4, "05000000", types="i32", flat=(5,)),
        },
    ),
    OwnVector(
        "option<string>",
        "pointer",
        option(Text()),
        (1, "a"),
        {
            # discriminant 1, payload at align_to(1, 4) = 4, 4 + 8 = 12
            4: _at(12, 4, "01 000000 00000200 01000000", "61", types="i32 i32 i32", flat=(1, HEAP, 1)),
            # payload at align_to(1, 8) = 8, 8 + 16 = 24
            8: _at(
                24,
                8,
                "01 00000000000000 0000020000000000 0100000000000000",
                "61",
                types="i32 i64 i64",
                flat=(1, HEAP, 1),
            ),
        },
    ),
    OwnVector(
        "result<f32, string>: ok",
        "pointer",
        result(F32, Text()),
        (0, 1.5),  # 1.5 is 0x3fc00000
        {
            # as option<string>: the string is the largest payload. join(f32, ptr) is ptr and carries the float's bits
            4: _at(12, 4, "00 000000 0000c03f 00000000", types="i32 i32 i32", flat=(0, 0x3FC00000, 0)),
            8: _at(
                24,
                8,
                "00 00000000000000 0000c03f 00000000 0000000000000000",
                types="i32 i64 i64",
                flat=(0, 0x3FC00000, 0),
            ),
        },
    ),
    OwnVector(
        "result<f32, string>: error",
        "pointer",
        result(F32, Text()),
        (1, "no"),
        {
            4: _at(12, 4, "01 000000 00000200 02000000", "6e6f", types="i32 i32 i32", flat=(1, HEAP, 2)),
            8: _at(
                24,
                8,
                "01 00000000000000 0000020000000000 0200000000000000",
                "6e6f",
                types="i32 i64 i64",
                flat=(1, HEAP, 2),
            ),
        },
    ),
    OwnVector(
        "record {own, u32}",
        "pointer",
        Product((Field("handle", OWN), Field("count", U32))),
        (0x01020304, 7),
        {
            # 4 + 4 = 8
            4: _at(8, 4, "04030201 07000000", types="i32 i32", flat=(0x01020304, 7)),
            # 8 + 4 = 12, align_to(12, 8) = 16
            8: _at(16, 8, "0403020100000000 07000000 00000000", types="i64 i32", flat=(0x01020304, 7)),
        },
    ),
    OwnVector(
        "variant {u64, string, none}: u64",
        "pointer",
        Sum((Case("a", U64), Case("b", Text()), Case("c"))),
        (0, 0x8877665544332211),
        {
            # payload at align_to(1, 8) = 8; max(8, 8) = 8; 16. join(i64, ptr) = i64, the string's len stays alone
            4: _at(
                16,
                8,
                "00 00000000000000 1122334455667788",
                types="i32 i64 i32",
                flat=(0, 0x8877665544332211, 0),
            ),
            # max(8, 16) = 16; 24
            8: _at(
                24,
                8,
                "00 00000000000000 1122334455667788 0000000000000000",
                types="i32 i64 i64",
                flat=(0, 0x8877665544332211, 0),
            ),
        },
    ),
    OwnVector(
        "variant {u64, string, none}: string",
        "pointer",
        Sum((Case("a", U64), Case("b", Text()), Case("c"))),
        (1, "ok"),
        {
            4: _at(16, 8, "01 00000000000000 00000200 02000000", "6f6b", types="i32 i64 i32", flat=(1, HEAP, 2)),
            8: _at(
                24,
                8,
                "01 00000000000000 0000020000000000 0200000000000000",
                "6f6b",
                types="i32 i64 i64",
                flat=(1, HEAP, 2),
            ),
        },
    ),
    # -- handles inside other types ------------------------------------------------------------------------------------
    OwnVector(
        "tuple<u8, borrow, u8>",
        "pointer",
        tuple_of(U8, BORROW, U8),
        (1, 2, 3),
        {
            # 1, align_to(1, 4) = 4, 8, 9, align_to(9, 4) = 12
            4: _at(12, 4, "01 000000 02000000 03 000000", types="i32 i32 i32", flat=(1, 2, 3)),
            # 1, align_to(1, 8) = 8, 16, 17, align_to(17, 8) = 24
            8: _at(
                24,
                8,
                "01 00000000000000 0200000000000000 03 00000000000000",
                types="i32 i64 i32",
                flat=(1, 2, 3),
            ),
        },
    ),
    OwnVector(
        "list<own>",
        "pointer",
        Seq(OWN),
        [0x11, 0x22],
        {
            4: _at(8, 4, "00000200 02000000", "11000000 | 22", types="i32 i32", flat=(HEAP, 2)),
            8: _at(
                16,
                8,
                "0000020000000000 0200000000000000",
                "1100000000000000 | 22",
                types="i64 i64",
                flat=(HEAP, 2),
            ),
        },
    ),
    OwnVector(
        "result<own, enum of 2>: error",
        "pointer",
        result(OWN, Sum((Case("a"), Case("b")), "enum")),
        (1, 1),
        {
            # payload at 4: 4 + 4 = 8. join(ptr, i32) = ptr
            4: _at(8, 4, "01 000000 01 000000", types="i32 i32", flat=(1, 1)),
            # payload at 8: 8 + 8 = 16
            8: _at(16, 8, "01 00000000000000 01 00000000000000", types="i32 i64", flat=(1, 1)),
        },
    ),
    OwnVector(
        "option<option<own>>",
        "pointer",
        option(option(OWN)),
        (1, (1, 9)),
        {
            # inner: 8, 4; outer: payload at 4, 4 + 8 = 12
            4: _at(12, 4, "01 000000 01 000000 09000000", types="i32 i32 i32", flat=(1, 1, 9)),
            # inner: 16, 8; outer: payload at 8, 8 + 16 = 24
            8: _at(
                24,
                8,
                "01 00000000000000 01 00000000000000 0900000000000000",
                types="i32 i32 i64",
                flat=(1, 1, 9),
            ),
        },
    ),
    OwnVector(
        "option<future<u8>>",
        "pointer",
        option(Channel("future", U8)),
        (1, 0x77),
        {
            # the readable end is a pointer, whatever it will give
            4: _at(8, 4, "01 000000 77000000", types="i32 i32", flat=(1, 0x77)),
            8: _at(16, 8, "01 00000000000000 7700000000000000", types="i32 i64", flat=(1, 0x77)),
        },
    ),
    OwnVector(
        "variant {f32, own}: f32",
        "pointer",
        Sum((Case("a", F32), Case("b", OWN))),
        (0, -2.0),  # 0xc0000000: were it sign-extended, the upper half would be ones
        {
            4: _at(8, 4, "00 000000 000000c0", types="i32 i32", flat=(0, 0xC0000000)),
            8: _at(16, 8, "00 00000000000000 000000c0 00000000", types="i32 i64", flat=(0, 0xC0000000)),
        },
    ),
    OwnVector(
        "variant {own, list<u8, 2>, f64}: own",
        "pointer",
        Sum((Case("a", OWN), Case("b", FixedSeq(U8, 2)), Case("c", F64))),
        (0, 0x01020304),
        {
            # payload at align_to(1, 8) = 8, max(4, 2, 8) = 8; 16. slot 1: ptr, i32 -> ptr, f64 -> i64; slot 2: i32
            4: _at(
                16,
                8,
                "00 00000000000000 04030201 00000000",
                types="i32 i64 i32",
                flat=(0, 0x01020304, 0),
            ),
            8: _at(
                16,
                8,
                "00 00000000000000 0403020100000000",
                types="i32 i64 i32",
                flat=(0, 0x01020304, 0),
            ),
        },
    ),
    OwnVector(
        "variant {own, list<u8, 2>, f64}: f64",
        "pointer",
        Sum((Case("a", OWN), Case("b", FixedSeq(U8, 2)), Case("c", F64))),
        (2, 1.0),  # 0x3ff0000000000000
        {
            4: _at(
                16,
                8,
                "02 00000000000000 000000000000f03f",
                types="i32 i64 i32",
                flat=(2, 0x3FF0000000000000, 0),
            ),
            8: _at(
                16,
                8,
                "02 00000000000000 000000000000f03f",
                types="i32 i64 i32",
                flat=(2, 0x3FF0000000000000, 0),
            ),
        },
    ),
    # -- maps: list<tuple<key, value>> ---------------------------------------------------------------------------------
    OwnVector(
        "map<string, u32>",
        "index",
        map_of(Text(), U32),
        [("k", 1), ("é", 2)],
        {
            # entry: 8 + 4 = 12, 4; two are 24 = 0x18, then "k" at 0x20018 and "é" at 0x20019
            4: _at(
                8,
                4,
                "00000200 02000000",
                "18000200 01000000 01000000 | 19000200 02000000 02000000 | 6b c3a9",
                types="i32 i32",
                flat=(HEAP, 2),
            ),
            # entry: 16 + 4 = 20, align_to(20, 8) = 24; two are 48 = 0x30
            8: _at(
                16,
                8,
                "0000020000000000 0200000000000000",
                "3000020000000000 0100000000000000 01000000 00000000 |"
                "3100020000000000 0200000000000000 02000000 00000000 | 6b c3a9",
                types="i64 i64",
                flat=(HEAP, 2),
            ),
        },
    ),
    OwnVector(
        "map<u8, option<u16>>",
        "index",
        map_of(U8, option(U16)),
        [(1, (1, 0x0203)), (255, (0, None))],
        {
            # option<u16>: payload at 2, 4, 2; entry: 1, align_to(1, 2) = 2, 2 + 4 = 6, 2. No pointers in it.
            4: _at(8, 4, "00000200 02000000", "01 00 01 00 0302 | ff", types="i32 i32", flat=(HEAP, 2)),
            8: _at(
                16,
                8,
                "0000020000000000 0200000000000000",
                "01 00 01 00 0302 | ff",
                types="i64 i64",
                flat=(HEAP, 2),
            ),
        },
    ),
    OwnVector(
        "map<string, own>, empty",
        "pointer",
        map_of(Text(), OWN),
        [],
        {
            # an aligned address, no block
            4: _at(8, 4, "00000200 00000000", types="i32 i32", flat=(HEAP, 0)),
            8: _at(16, 8, "0000020000000000 0000000000000000", types="i64 i64", flat=(HEAP, 0)),
        },
    ),
    OwnVector(
        "option<map<u64, u8>>",
        "index",
        option(map_of(U64, U8)),
        (1, [(1, 2)]),
        {
            # entry: 8 + 1 = 9, align_to(9, 8) = 16
            4: _at(12, 4, "01 000000 00000200 01000000", "0100000000000000 02", types="i32 i32 i32", flat=(1, HEAP, 1)),
            8: _at(
                24,
                8,
                "01 00000000000000 0000020000000000 0100000000000000",
                "0100000000000000 02",
                types="i32 i64 i64",
                flat=(1, HEAP, 1),
            ),
        },
    ),
    # -- fixed-length lists: N times in place --------------------------------------------------------------------------
    OwnVector(
        "list<u16, 3>",
        "index",
        FixedSeq(U16, 3),
        [1, 2, 0xFFFF],
        {p: _at(6, 2, "0100 | 0200 | ffff", types="i32 i32 i32", flat=(1, 2, 0xFFFF)) for p in (4, 8)},
    ),
    OwnVector(
        "list<tuple<u16, u8>, 2>",
        "index",
        FixedSeq(tuple_of(U16, U8), 2),
        [(1, 2), (3, 4)],
        # an element keeps its padding: 2 + 1 = 3, align_to(3, 2) = 4; twice is 8
        {p: _at(8, 2, "0100 02 00 | 0300 04 00", types="i32 i32 i32 i32", flat=(1, 2, 3, 4)) for p in (4, 8)},
    ),
    OwnVector(
        "option<list<f64, 2>>",
        "index",
        option(FixedSeq(F64, 2)),
        (1, [1.0, -1.0]),
        {
            # payload at 8, 8 + 16 = 24
            p: _at(
                24,
                8,
                "01 00000000000000 000000000000f03f | 000000000000f0bf",
                types="i32 f64 f64",
                flat=(1, 1.0, -1.0),
            )
            for p in (4, 8)
        },
    ),
    OwnVector(
        "list<list<own, 2>>",
        "pointer",
        Seq(FixedSeq(OWN, 2)),
        [[1, 2], [3, 4]],
        {
            4: _at(8, 4, "00000200 02000000", "01000000 02000000 | 03000000 04", types="i32 i32", flat=(HEAP, 2)),
            8: _at(
                16,
                8,
                "0000020000000000 0200000000000000",
                "0100000000000000 0200000000000000 | 0300000000000000 04",
                types="i64 i64",
                flat=(HEAP, 2),
            ),
        },
    ),
    # -- joins ---------------------------------------------------------------------------------------------------------
    OwnVector(
        "variant {string, tuple<u8, string>}: tuple",
        "index",
        Sum((Case("a", Text()), Case("b", tuple_of(U8, Text())))),
        (1, (9, "z")),
        {
            # the tuple: 1, align_to(1, 4) = 4, 4 + 8 = 12; payload at 4: 16. slots: join(ptr, i32), join(len, ptr), len
            4: _at(
                16,
                4,
                "01 000000 09 000000 00000200 01000000",
                "7a",
                types="i32 i32 i32 i32",
                flat=(1, 9, HEAP, 1),
            ),
            # the tuple: 8 + 16 = 24; payload at 8: 32
            8: _at(
                32,
                8,
                "01 00000000000000 09 00000000000000 0000020000000000 0100000000000000",
                "7a",
                types="i32 i64 i64 i64",
                flat=(1, 9, HEAP, 1),
            ),
        },
    ),
    OwnVector(
        "variant {string, tuple<u32, u64>}: tuple",
        "index",
        Sum((Case("a", Text()), Case("b", tuple_of(U32, U64)))),
        (1, (3, 0xFFEEDDCCBBAA9988)),
        {
            # the tuple: 4, align_to(4, 8) = 8, 16; payload at 8: 24. slots: join(ptr, i32) = ptr, join(len, i64) = i64
            p: _at(
                24,
                8,
                "01 00000000000000 03000000 00000000 8899aabbccddeeff",
                types="i32 i32 i64" if p == 4 else "i32 i64 i64",
                flat=(1, 3, 0xFFEEDDCCBBAA9988),
            )
            for p in (4, 8)
        },
    ),
    OwnVector(
        "variant {f32, f64, u64}: f64",
        "index",
        Sum((Case("a", F32), Case("b", F64), Case("c", U64))),
        (1, 0.5),  # 0x3fe0000000000000
        {
            # join(f32, f64) = i64, which stays with u64
            p: _at(16, 8, "01 00000000000000 000000000000e03f", types="i32 i64", flat=(1, 0x3FE0000000000000))
            for p in (4, 8)
        },
    ),
    OwnVector(
        "result<f32, f64>: ok",
        "index",
        result(F32, F64),
        (0, 0.5),  # 0x3f000000
        {p: _at(16, 8, "00 00000000000000 0000003f 00000000", types="i32 i64", flat=(0, 0x3F000000)) for p in (4, 8)},
    ),
    OwnVector(
        "result<u64, f64>: error",
        "index",
        result(U64, F64),
        (1, 0.5),
        {
            p: _at(16, 8, "01 00000000000000 000000000000e03f", types="i32 i64", flat=(1, 0x3FE0000000000000))
            for p in (4, 8)
        },
    ),
    # -- discriminants: one byte for up to 256 cases, two from 257 on --------------------------------------------------
    OwnVector(
        "enum of 256",
        "index",
        Sum(tuple(Case(f"c{i}") for i in range(256)), "enum"),
        255,
        {p: _at(1, 1, "ff", types="i32", flat=(255,)) for p in (4, 8)},
    ),
    OwnVector(
        "enum of 257",
        "index",
        Sum(tuple(Case(f"c{i}") for i in range(257)), "enum"),
        256,
        {p: _at(2, 2, "0001", types="i32", flat=(256,)) for p in (4, 8)},
    ),
    OwnVector(
        "variant of 257, the last a u8",
        "index",
        Sum((*(Case(f"c{i}") for i in range(256)), Case("last", U8))),
        (256, 7),
        # payload at align_to(2, 1) = 2, 2 + 1 = 3, align_to(3, 2) = 4
        {p: _at(4, 2, "0001 07 00", types="i32 i32", flat=(256, 7)) for p in (4, 8)},
    ),
    # -- more than 32 flags: 4 bytes for each 32 -----------------------------------------------------------------------
    OwnVector(
        "33 flags",
        "index",
        Bits(tuple(Label(f"l{i}") for i in range(33))),
        1 | 1 << 32,
        {p: _at(8, 4, "01000000 01000000", types="i32 i32", flat=(1, 1)) for p in (4, 8)},
    ),
)
