import pytest

from streams.adapters.mail import Mail, mail
from streams.errors import Misconfigured, Rejected, Unavailable
from streams.settings import EmailSecurity, Settings
from tests.adapters.receivers import NOTIFICATION, Receiver, email_way, mail_settings


async def test_the_recipient_is_told_at_their_own_address_or_at_that_of_the_word_they_stand_for() -> None:
    async with email_way(Receiver()) as way:
        assert isinstance(way.channel, Mail)
        for known in (
            {"ada": "ada@clinic.example", "on_call": "duty@clinic.example"},
            {"on_call": "duty@clinic.example"},
        ):
            way.channel._addresses = lambda known=known: known  # type: ignore[misc]
            await way.channel.send(NOTIFICATION)
    assert ["ada@" in said for _, said in way.receiver.taken] == [True, False]
    assert "duty@clinic.example" in way.receiver.taken[1][1]


async def test_who_has_no_address_cannot_be_told() -> None:
    async with email_way(Receiver()) as way:
        with pytest.raises(Rejected, match="no e-mail address"):
            await way.channel.send(NOTIFICATION.model_copy(update={"recipient": "ben"}))


async def test_it_asks_for_no_answers_and_says_when_it_was_made() -> None:
    async with email_way(Receiver()) as way:
        await way.channel.send(NOTIFICATION)
    [(_, said)] = way.receiver.taken
    assert "Auto-Submitted: auto-generated" in said
    assert "Date: Mon, 02 Mar 2026 09:00:00 +0000" in said


async def test_a_server_without_what_the_settings_ask_for_is_not_spoken_to_in_the_clear() -> None:
    async with email_way(Receiver()) as way:
        assert isinstance(way.channel, Mail)
        way.channel._settings = way.channel._settings.model_copy(update={"email_security": EmailSecurity.STARTTLS})
        with pytest.raises(Unavailable):
            await way.channel.send(NOTIFICATION)
    assert way.receiver.taken == []


def test_without_a_host_there_is_none_and_without_a_sender_it_is_refused() -> None:
    assert mail(Settings(), dict) is None
    assert mail(mail_settings(25), dict) is not None
    with pytest.raises(Misconfigured, match="EMAIL_FROM"):
        mail(mail_settings(25).model_copy(update={"email_from": ""}), dict)
