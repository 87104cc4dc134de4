"""The numbers of a policy by name, to tell in which of them two policies differ. Called by the command."""

from collections.abc import Iterator, Sequence

from streams.core.policy import Override, Policy


def changed(old: Policy, new: Policy) -> list[tuple[str, object, object]]:
    """Name, old and new value of all that is not the same; of what an override names, what holds for whom it is for."""
    overrides = (*old.overrides, *new.overrides)
    was, now = (_everybodys(policy) | dict(_for_some(policy, overrides)) for policy in (old, new))
    return [(name, was[name], now[name]) for name in was if was[name] != now[name]]


def _everybodys(policy: Policy) -> dict[str, object]:
    return dict(_flat(policy.model_dump(mode="json", exclude={"overrides"})))


def _for_some(policy: Policy, overrides: Sequence[Override]) -> Iterator[tuple[str, object]]:
    for override in overrides:
        ours = policy.on(override.care_team or "", override.phase)
        for rule, names in override.numbers().items():
            for name in names:
                yield f"{override.whose}: {rule}.{name}", getattr(getattr(ours, rule), name)


def _flat(fields: dict[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
