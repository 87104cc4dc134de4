from streams.transport.vitals import STILL, Vitals


def test_what_was_found_last_is_believed_for_some_seconds_only() -> None:
    now = [100.0]
    vitals = Vitals(lambda: now[0])
    assert vitals.trouble() == "is starting"
    vitals.found(None)
    now[0] += STILL
    assert vitals.trouble() is None
    now[0] += 0.1
    assert vitals.trouble() == "the event loop has stood still for 10 s"
    vitals.found("has no partition")
    assert vitals.trouble() == "has no partition"
    vitals.found(None)
    assert vitals.trouble() is None
