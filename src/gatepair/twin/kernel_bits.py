"""What the kernel is made of: compiled functions, views of memory by address, and a few machine operations.

The state of a run is one record, the *world* (:mod:`gatepair.twin.kernel_memory`): numbers, and the addresses of
tables.  Every kernel function takes the world, which is one pointer, so calls are cheap, small functions are inlined,
and nothing is counted by reference: passing a dozen NumPy arrays instead was measured at a quarter of the speed
(docs/decisions/0008-twin-engine.md).  Indices are not checked; the builder and the tests answer for them.

Numba is imported here and in the other ``kernel_*`` modules only, never by ``import gatepair.twin``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import numpy_support

from gatepair.twin.draws import MULTIPLIER, ROUNDS, UNIT_STEP, WEYL

WORD = ir.IntType(64)
WIDE = ir.IntType(128)
HALF = ir.IntType(32)
BYTE = ir.IntType(8)
REAL = ir.DoubleType()


def inlined(function: Callable[..., Any], /) -> Any:
    """Compile ``function`` into each of its callers: for the few that every event runs."""
    return njit(forceinline=True, _nrt=False, error_model="numpy", nogil=True)(function)


def called(function: Callable[..., Any], /) -> Any:
    """Compile ``function`` once, to be called: for all that is rarer."""
    return njit(_nrt=False, error_model="numpy", nogil=True)(function)


whole = np.int64
"""Widens a field to 64 bits, or hides that a number is a constant: a function is compiled once for each kind it gets."""


def signed(word: int, /) -> int:
    """Return the 64 bits of ``word`` as the kernel holds them: a signed integer."""
    return word - 2**64 if word >= 2**63 else word


# --- Machine operations --------------------------------------------------------------------------


@intrinsic
def philox(_context: Any, _key: Any, _c0: Any, _c1: Any) -> Any:
    """Return both lanes of Philox2x64 (:func:`gatepair.twin.draws.philox`)."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        key, c0, c1 = arguments
        for _ in range(ROUNDS):
            product = builder.mul(builder.zext(c0, WIDE), ir.Constant(WIDE, MULTIPLIER))
            high = builder.trunc(builder.lshr(product, ir.Constant(WIDE, 64)), WORD)
            c0 = builder.xor(builder.xor(high, key), c1)
            c1 = builder.trunc(product, WORD)
            key = builder.add(key, ir.Constant(WORD, WEYL))
        return context.make_tuple(builder, signature.return_type, [c0, c1])

    return types.UniTuple(types.int64, 2)(types.int64, types.int64, types.int64), generate


@intrinsic
def unit(_context: Any, _lane: Any) -> Any:
    """Return the number between 0 and 1 of a lane (:func:`gatepair.twin.draws.unit`)."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        step = builder.sitofp(builder.lshr(arguments[0], ir.Constant(WORD, 12)), REAL)
        return builder.fmul(builder.fadd(step, ir.Constant(REAL, 0.5)), ir.Constant(REAL, UNIT_STEP))

    return types.float64(types.int64), generate


@intrinsic
def shift_right(_context: Any, _word: Any, _count: Any) -> Any:
    """Return the bits of a word shifted to the right; zeros come in, whatever the sign."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.lshr(arguments[0], arguments[1])

    return types.int64(types.int64, types.int64), generate


@intrinsic
def lowest_bit(_context: Any, _word: Any) -> Any:
    """Return the place of the lowest bit that is set; 64 where none is."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], cgutils.false_bit)

    return types.int64(types.int64), generate


@intrinsic
def leading_zeros(_context: Any, _word: Any) -> Any:
    """Return how many bits above the highest set one are zero."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctlz(arguments[0], cgutils.false_bit)

    return types.int64(types.int64), generate


# --- Tables by address ---------------------------------------------------------------------------


def _address(builder: Any, world: Any, **place: Any) -> Any:
    """Emit the address of item ``index`` of ``size`` bytes in the table whose address stands at ``offset``."""
    field = builder.gep(builder.bitcast(world, ir.PointerType(BYTE)), [ir.Constant(WORD, place["offset"])])
    base = builder.load(builder.bitcast(field, ir.PointerType(WORD)))
    return builder.add(base, builder.mul(place["index"], ir.Constant(WORD, place["size"])))


def records(world: np.dtype[Any], field: str, dtype: np.dtype[Any], /) -> Any:
    """Return ``at(world, index)``: the record ``index`` of the table ``field``, to be read and written in place."""
    offset = world.fields[field][1]  # type: ignore[index]  # the world has fields
    record = numpy_support.from_dtype(dtype)

    @intrinsic
    def at(_context: Any, _world: Any, _index: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            place = _address(builder, arguments[0], offset=offset, index=arguments[1], size=dtype.itemsize)
            return builder.inttoptr(place, context.get_value_type(signature.return_type))

        return record(_world, types.int64), generate

    return at


def _numbers(world: np.dtype[Any], field: str, kind: tuple[Any, Any, int], /) -> tuple[Any, Any]:
    offset = world.fields[field][1]  # type: ignore[index]  # the world has fields
    typed, machine, size = kind

    def pointer(builder: Any, arguments: Any) -> Any:
        place = _address(builder, arguments[0], offset=offset, index=arguments[1], size=size)
        return builder.inttoptr(place, ir.PointerType(machine))

    @intrinsic
    def get(_context: Any, _world: Any, _index: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.load(pointer(builder, arguments))

        return typed(_world, types.int64), generate

    @intrinsic
    def put(_context: Any, _world: Any, _index: Any, _value: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            builder.store(arguments[2], pointer(builder, arguments))
            return context.get_dummy_value()

        return types.none(_world, types.int64, typed), generate

    return get, put


def integers(world: np.dtype[Any], field: str, /) -> tuple[Any, Any]:
    """Return ``get(world, index)`` and ``put(world, index, value)`` of a table of 64-bit integers."""
    return _numbers(world, field, (types.int64, WORD, 8))


def reals(world: np.dtype[Any], field: str, /) -> tuple[Any, Any]:
    """Return ``get(world, index)`` and ``put(world, index, value)`` of a table of 64-bit reals."""
    return _numbers(world, field, (types.float64, REAL, 8))
