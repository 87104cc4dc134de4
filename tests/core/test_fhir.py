"""The bundle, as `fhir.resources` reads it (R4B, which leaves these resources as R4 has them)."""

import json
import re
from typing import Any

import orjson
import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.events import AnyEvent
from schemas.questionnaires import INSTRUMENTS
from streams.core.fhir import LOINC, bundle
from tests.core.builders import check_in, event, heartbeat, phq9, raw, safety


def answered(instrument: str, items: dict[str, int], **envelope: Any) -> AnyEvent:
    more = {"language": envelope.pop("language")} if "language" in envelope else {}
    return event(raw("questionnaire.v1", envelope.pop("day", 1), {"instrument": instrument, "items": items, **more},
                     **envelope))  # fmt: skip


def of_type(made: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The resources of that kind, after `fhir.resources` has found nothing wrong with the whole."""
    Bundle.model_validate_json(orjson.dumps(made))
    return [entry["resource"] for entry in made.get("entry", ()) if entry["resource"]["resourceType"] == kind]


def test_a_response_holds_the_answers_under_their_keys_and_when_they_were_given() -> None:
    made = bundle([answered("PHQ-9", {"9": 1, "2": 0, "1": 3}, day=1.5, offset=120, language="de-CH")])
    [response] = of_type(made, "QuestionnaireResponse")
    assert [(item["linkId"], item["answer"]) for item in response["item"]] == [
        ("1", [{"valueInteger": 3}]),
        ("2", [{"valueInteger": 0}]),
        ("9", [{"valueInteger": 1}]),
    ]
    assert response["authored"] == "2026-06-02T14:00:00+02:00"
    assert (response["status"], response["language"]) == ("completed", "de-CH")
    assert response["subject"] == {"type": "Patient", "identifier": {"value": "p-1"}}


def test_the_pseudonyms_system_is_said_where_there_is_one() -> None:
    made = bundle([phq9(1, 5)], patients="https://clinic.example/pseudonyms")
    for kind in ("QuestionnaireResponse", "Observation"):
        [resource] = of_type(made, kind)
        assert resource["subject"]["identifier"] == {"system": "https://clinic.example/pseudonyms", "value": "p-1"}


@pytest.mark.parametrize(("name", "code"), [("PHQ-9", "44261-6"), ("GAD-7", "70274-6"), ("EDE-QS", None)])
def test_a_total_comes_with_its_code_its_band_and_its_response(name: str, code: str | None) -> None:
    made = bundle([answered(name, dict.fromkeys(INSTRUMENTS[name].items, 1))])
    [total], [response] = of_type(made, "Observation"), of_type(made, "QuestionnaireResponse")
    assert total["code"].get("coding") == ([{"system": LOINC, "code": code}] if code else None)
    items = len(INSTRUMENTS[name].items)
    assert total["valueQuantity"]["value"] == items
    assert total["interpretation"] == [{"text": INSTRUMENTS[name].band(items)}]
    assert total["effectiveDateTime"] == response["authored"]
    assert (total["status"], total["category"][0]["coding"][0]["code"]) == ("final", "survey")
    urls = {entry["fullUrl"]: entry["resource"] for entry in made["entry"]}
    assert urls[total["derivedFrom"][0]["reference"]] is response
    assert "method" not in total
    assert "dataAbsentReason" not in total


def test_a_total_with_items_filled_in_says_so() -> None:
    made = bundle([answered("PHQ-9", {key: 1 for key in INSTRUMENTS["PHQ-9"].items if key not in "78"})])
    [total] = of_type(made, "Observation")
    assert total["valueQuantity"]["value"] == 9
    assert total["method"] == {"text": "2 missing filled in with the mean of the answered items"}


@pytest.mark.parametrize("missing", ["789", "9"])
def test_where_too_much_is_missing_the_total_is_absent_with_a_reason(missing: str) -> None:
    made = bundle([answered("PHQ-9", {key: 3 for key in INSTRUMENTS["PHQ-9"].items if key not in missing})])
    [total] = of_type(made, "Observation")
    assert not total.keys() & {"valueQuantity", "interpretation", "method"}
    assert total["dataAbsentReason"]["coding"][0]["code"] == "unknown"
    assert total["dataAbsentReason"]["text"] == f"no total: {9 - len(missing)} of 9 items answered"
    assert len(of_type(made, "QuestionnaireResponse")[0]["item"]) == 9 - len(missing)


def test_each_instrument_is_said_once_and_names_every_key_with_its_code() -> None:
    made = bundle([phq9(1, 5), phq9(8, 6), answered("EDE-QS", {"1": 0}, day=2)])
    first, second = of_type(made, "Questionnaire")
    assert (first["title"], second["title"]) == ("PHQ-9", "EDE-QS")
    assert [item["linkId"] for item in first["item"]] == list(INSTRUMENTS["PHQ-9"].items)
    assert first["item"][8]["code"] == [{"system": LOINC, "code": "44260-8"}]
    assert first["code"] == [{"system": LOINC, "code": "44249-1"}]
    assert "code" not in second["item"][0]
    named = {resource["url"]: resource for resource in (first, second)}
    for response in of_type(made, "QuestionnaireResponse"):
        keys = {item["linkId"] for item in named[response["questionnaire"]]["item"]}
        assert {item["linkId"] for item in response["item"]} <= keys


def test_order_copies_and_other_events_change_nothing() -> None:
    events = [phq9(1, 5), phq9(8, 6), phq9(3, 9, subject="p-2"), phq9(1, 7, id="questionnaire.v1-8")]
    copies = [phq9(8, 6, receivedat="2026-09-01T00:00:00Z"), check_in(1, 5), heartbeat(2), safety(3)]
    assert bundle([*events, *copies]) == bundle([*copies, *reversed(events)])
    assert len(of_type(bundle([*events, *copies]), "QuestionnaireResponse")) == 3


def test_a_second_export_gives_the_same_ids() -> None:
    one, more = bundle([phq9(1, 5)]), bundle([phq9(8, 5), phq9(1, 5)])
    assert {entry["fullUrl"] for entry in one["entry"]} < {entry["fullUrl"] for entry in more["entry"]}


@pytest.mark.parametrize(("offset", "written"), [(840, "+14:00"), (841, "+00:00"), (-840, "-14:00"), (-841, "+00:00")])
def test_an_offset_that_fhir_does_not_know_is_written_in_utc(offset: int, written: str) -> None:
    made = bundle([phq9(1, 5, offset=offset)])
    assert of_type(made, "QuestionnaireResponse")[0]["authored"].endswith(written)
    assert of_type(made, "Observation")[0]["effectiveDateTime"].endswith(written)
    Bundle.model_validate(made)


def test_nothing_to_export_is_an_empty_bundle() -> None:
    assert of_type(bundle([check_in(1, 5)]), "Observation") == []
    assert "entry" not in bundle([])


def test_what_is_no_fhir_would_be_noticed() -> None:
    made = bundle([phq9(1, 5)])
    for resource, broken in (
        (1, {"status": None}),
        (1, {"answers": []}),
        (1, {"authored": "yesterday"}),
        (1, {"item": [{"linkId": "1", "answer": [{"valueInteger": "three"}]}]}),
        (2, {"valueString": "two values"}),
        (2, {"effectiveDateTime": "2026-01-01T10:00"}),
        (2, {"id": "a b"}),
    ):
        wrong = json.loads(json.dumps(made))
        wrong["entry"][resource]["resource"] |= broken
        with pytest.raises(ValidationError):
            Bundle.model_validate(wrong)


@st.composite
def any_questionnaire(draw: st.DrawFn) -> AnyEvent:
    instrument = draw(st.sampled_from(sorted(INSTRUMENTS)))
    keys = draw(st.sets(st.sampled_from(list(INSTRUMENTS[instrument].items)), min_size=1))
    items = {key: draw(st.integers(0, INSTRUMENTS[instrument].item_maximum)) for key in keys}
    day, offset = draw(st.floats(-20_000, 60_000)), draw(st.integers(-840, 840))
    return answered(instrument, items, day=day, offset=offset, id=draw(st.text('ab"<ü', min_size=1)))


@settings(deadline=None, max_examples=60)
@given(st.lists(any_questionnaire(), max_size=4))
def test_any_questionnaires_make_a_bundle_that_is_fhir(events: list[AnyEvent]) -> None:
    made = bundle(events)
    totals, responses = of_type(made, "Observation"), of_type(made, "QuestionnaireResponse")
    assert len(totals) == len(responses)
    for entry in made.get("entry", ()):
        assert re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", entry["resource"]["id"])
    for total in totals:
        assert ("valueQuantity" in total) != ("dataAbsentReason" in total)
