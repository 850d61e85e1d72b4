"""What the kernel is made of: compiled functions, views of memory by address, and a few machine operations.

The state of a run is one record, the *world* (:mod:`gatepair.twin.kernel.memory`): numbers, and the addresses of
tables.  Every kernel function takes the world, which is one pointer, so calls are cheap, small functions are inlined,
and nothing is counted by reference: passing a dozen NumPy arrays instead was measured at a quarter of the speed
(docs/decisions/0008-twin-engine.md).  Indices are not checked; the builder and the tests answer for them.

Numba is imported here and in the other ``kernel_*`` modules only, never by ``import gatepair.twin``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]  # it has no types
from numba import njit, types
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    infer_getattr,
    intrinsic,
    lower_getattr_generic,
    lower_setattr_generic,
    models,
    register_model,
)

from gatepair.twin.draws import MULTIPLIER, ROUNDS, UNIT_STEP, WEYL

WORD = ir.IntType(64)
WIDE = ir.IntType(128)
HALF = ir.IntType(32)
BYTE = ir.IntType(8)
REAL = ir.DoubleType()


def compiled(function: Callable[..., Any], /, **options: Any) -> Any:
    """Return ``function`` to be compiled: no counted references, no lock held, no check of divisors.

    ``_nrt`` is not among Numba's documented options; without it each table taken from the world would be counted.
    """
    compiler: Any = njit
    return compiler(_nrt=False, error_model="numpy", nogil=True, **options)(function)


def inlined(function: Callable[..., Any], /) -> Any:
    """Compile ``function`` into each of its callers: for the few that every event runs."""
    return compiled(function, forceinline=True)


def called(function: Callable[..., Any], /) -> Any:
    """Compile ``function`` once, to be called: for all that is rarer."""
    return compiled(function)


def primitive(function: Callable[..., Any], /) -> Any:
    """Let ``function`` emit the machine operations of a kernel function."""
    return intrinsic(function)


whole: Any = np.int64
"""Widens a field to 64 bits, or hides that a number is a constant: a function is compiled once for each kind it gets."""


def signed(word: int, /) -> int:
    """Return the 64 bits of ``word`` as the kernel holds them: a signed integer."""
    return word - 2**64 if word >= 2**63 else word


# --- Machine operations --------------------------------------------------------------------------


@primitive
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

    pair: Any = types.UniTuple
    return pair(types.int64, 2)(types.int64, types.int64, types.int64), generate


@primitive
def unit(_context: Any, _lane: Any) -> Any:
    """Return the number between 0 and 1 of a lane (:func:`gatepair.twin.draws.unit`)."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        step = builder.sitofp(builder.lshr(arguments[0], ir.Constant(WORD, 12)), REAL)
        return builder.fmul(builder.fadd(step, ir.Constant(REAL, 0.5)), ir.Constant(REAL, UNIT_STEP))

    return types.float64(types.int64), generate


@primitive
def shift_right(_context: Any, _word: Any, _count: Any) -> Any:
    """Return the bits of a word shifted to the right; zeros come in, whatever the sign."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.lshr(arguments[0], arguments[1])

    return types.int64(types.int64, types.int64), generate


@primitive
def lowest_bit(_context: Any, _word: Any) -> Any:
    """Return the place of the lowest bit that is set; 64 where none is."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], cgutils.false_bit)

    return types.int64(types.int64), generate


@primitive
def leading_zeros(_context: Any, _word: Any) -> Any:
    """Return how many bits above the highest set one are zero."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctlz(arguments[0], cgutils.false_bit)

    return types.int64(types.int64), generate


# --- Tables by address ---------------------------------------------------------------------------


class View(types.Type):  # type: ignore[misc]  # numba's classes are untyped
    """The type of a record in memory: its address, and the fields of ``dtype``, all widened to 64 bits.

    Numba's own records would do, but their names hold every field, and those names stand in every symbol: compiling
    took twice as long.
    """

    def __init__(self, name: str, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        super().__init__(name=name)


@register_model(View)
class ViewModel(models.PrimitiveModel):  # type: ignore[misc]  # numba's classes are untyped
    """A view is its address."""

    def __init__(self, target: Any, view: Any) -> None:
        super().__init__(target, view, WORD)


@infer_getattr
class ViewFields(AttributeTemplate):  # type: ignore[misc]  # numba's classes are untyped
    """Gives the fields of a view their types."""

    key = View

    def generic_resolve(self, view: Any, name: str) -> Any:
        """Return the type of a field, or None if there is none of that name."""
        if name not in view.dtype.fields:
            return None
        return types.float64 if view.dtype.fields[name][0].kind == "f" else types.int64


def _field(builder: Any, view: Any, address: Any, name: str) -> tuple[Any, Any]:
    dtype, offset = view.dtype.fields[name][:2]
    machine = REAL if dtype.kind == "f" else ir.IntType(8 * dtype.itemsize)
    place = builder.add(address, ir.Constant(WORD, offset))
    return builder.inttoptr(place, ir.PointerType(machine)), machine


@lower_getattr_generic(View)  # type: ignore[untyped-decorator]  # numba has no types for it
def read_field(_context: Any, builder: Any, view: Any, *rest: Any) -> Any:
    """Emit the reading of a field."""
    address, name = rest
    pointer, machine = _field(builder, view, address, name)
    value = builder.load(pointer)
    return value if machine in {WORD, REAL} else builder.sext(value, WORD)


@lower_setattr_generic(View)  # type: ignore[untyped-decorator]  # numba has no types for it
def write_field(context: Any, builder: Any, signature: Any, *rest: Any) -> None:
    """Emit the writing of a field."""
    arguments, name = rest
    view, given = signature.args
    pointer, machine = _field(builder, view, arguments[0], name)
    value = context.cast(builder, arguments[1], given, types.float64 if machine == REAL else types.int64)
    builder.store(value if machine in {WORD, REAL} else builder.trunc(value, machine), pointer)


def view_at(view: Any, /) -> Any:
    """Return ``at(address)``: the record of type ``view`` at an address."""

    @primitive
    def at(_context: Any, _address: Any) -> Any:
        return view(types.int64), lambda _context, _builder, _signature, arguments: arguments[0]

    return at


def _address(builder: Any, world: Any, **place: Any) -> Any:
    """Emit the address of item ``index`` of ``size`` bytes in the table whose address stands at ``offset``."""
    field = builder.inttoptr(builder.add(world, ir.Constant(WORD, place["offset"])), ir.PointerType(WORD))
    return builder.add(builder.load(field), builder.mul(place["index"], ir.Constant(WORD, place["size"])))


def records(world: np.dtype[Any], field: str, dtype: np.dtype[Any], /) -> Any:
    """Return ``at(world, index)``: the record ``index`` of the table ``field``, to be read and written in place."""
    offset = world.fields[field][1]  # type: ignore[index]  # the world has fields
    view = View(field, dtype)

    @primitive
    def at(_context: Any, _world: Any, _index: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return _address(builder, arguments[0], offset=offset, index=arguments[1], size=dtype.itemsize)

        return view(_world, types.int64), generate

    return at


def _numbers(world: np.dtype[Any], field: str, kind: tuple[Any, Any, int], /) -> tuple[Any, Any]:
    offset = world.fields[field][1]  # type: ignore[index]  # the world has fields
    typed, machine, size = kind

    def pointer(builder: Any, arguments: Any) -> Any:
        place = _address(builder, arguments[0], offset=offset, index=arguments[1], size=size)
        return builder.inttoptr(place, ir.PointerType(machine))

    @primitive
    def get(_context: Any, _world: Any, _index: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.load(pointer(builder, arguments))

        return typed(_world, types.int64), generate

    @primitive
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
