"""A plugin of mypy: the changes of a value are checked by name and type, as the making of one is.

``Value.evolve`` and the verbs built on it take ``**changes``, so that no list of fields stands twice. Here mypy is told
what they take: the fields of the value that changes, each of its own type. Contract: mypy's documentation, "Extending
mypy using plugins".
"""

from collections.abc import Callable

from mypy.nodes import ARG_NAMED_OPT, ARG_STAR2, TypeInfo, Var
from mypy.plugin import MethodSigContext, Plugin
from mypy.types import FunctionLike, Instance, get_proper_type

BASE = "care.value.Value"
OF_ANOTHER = {
    "care.cases.draft.Draft.set": "care.cases.case.Case",
    "care.conversation.talk.Talk.go": "care.conversation.dialogue.Dialogue",
}
"""Verbs that change another value than their own."""
OF_ITS_OWN = {"evolve", "at"}


class CheckedChanges(Plugin):
    """Knows the verbs whose keywords are fields."""

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], FunctionLike] | None:
        if fullname in OF_ANOTHER:
            found = self.lookup_fully_qualified(OF_ANOTHER[fullname])
            return _taking(found.node) if found and isinstance(found.node, TypeInfo) else None
        owner, _, verb = fullname.rpartition(".")
        found = self.lookup_fully_qualified(owner) if verb in OF_ITS_OWN and owner.startswith("care.") else None
        if found and isinstance(found.node, TypeInfo) and found.node.has_base(BASE):
            return _of_receiver
        return None


def _of_receiver(context: MethodSigContext) -> FunctionLike:
    receiver = get_proper_type(context.type)
    if not isinstance(receiver, Instance):
        return context.default_signature
    return _signature(context, receiver.type)


def _taking(value: TypeInfo) -> Callable[[MethodSigContext], FunctionLike]:
    return lambda context: _signature(context, value)


def _signature(context: MethodSigContext, value: TypeInfo) -> FunctionLike:
    """The method's own arguments, and each field in place of ``**changes``."""
    signature = context.default_signature
    own = [place for place, kind in enumerate(signature.arg_kinds) if kind != ARG_STAR2]
    taken = {signature.arg_names[place] for place in own}
    fields = {
        name: entry.node.type
        for info in reversed(value.mro)
        if info.fullname == BASE or info.has_base(BASE)
        for name, entry in info.names.items()
        if isinstance(entry.node, Var)
        and entry.node.type
        and name not in taken
        and not name.startswith(("_", "model_"))
    }
    return signature.copy_modified(
        arg_types=[*(signature.arg_types[place] for place in own), *fields.values()],
        arg_kinds=[*(signature.arg_kinds[place] for place in own), *([ARG_NAMED_OPT] * len(fields))],
        arg_names=[*(signature.arg_names[place] for place in own), *fields],
    )


def plugin(version: str) -> type[Plugin]:
    return CheckedChanges
