"""Messages by e-mail. The `Message-ID` is made of the notification's id, so that a repeat can be told from a new one.

SMTP has no key under which a server must drop a repeat: after a lost answer, a mail may come twice.
"""

import asyncio
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.utils import format_datetime
from http import HTTPStatus

import aiosmtplib

from schemas.alerts import Notification
from streams.adapters.channel import Channel
from streams.adapters.message import words
from streams.errors import Misconfigured, Rejected, Unavailable
from streams.settings import EmailSecurity, Settings

TIMEOUT_S = 20.0
Addresses = Callable[[], Mapping[str, str]]
"""Gives the addresses by recipient, as they now stand."""


def mail(settings: Settings, addresses: Addresses) -> "Mail | None":
    """The server of the settings; None without a host.

    Raises:
        Misconfigured: there is a host and no sender.
    """
    if not settings.email_host:
        return None
    if not settings.email_from:
        raise Misconfigured("IPT_PULSE_EMAIL_HOST is set, but IPT_PULSE_EMAIL_FROM, the sender, is not")
    return Mail(settings, addresses)


class Mail(Channel):
    """One SMTP server."""

    def __init__(self, settings: Settings, addresses: Addresses, *, timeout_s: float = TIMEOUT_S) -> None:
        self._settings = settings
        self._addresses = addresses
        self._timeout_s = timeout_s

    async def send(self, notification: Notification) -> None:
        """Hand it to the server.

        Raises:
            Unavailable: no answer, or one that says later (4yz).
            Rejected: the recipient has no address, or the server says never (5yz).
        """
        message = self._message(notification)
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._hand_over(message)
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _said(error.recipients[0].code) from None
        except aiosmtplib.SMTPResponseException as error:
            raise _said(error.code) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            # The class alone: what a server says may repeat an address.
            raise Unavailable(type(error).__name__) from None

    async def _hand_over(self, message: EmailMessage) -> None:
        chosen = self._settings
        await aiosmtplib.send(
            message,
            hostname=chosen.email_host,
            port=chosen.email_port,
            username=chosen.email_user or None,
            password=chosen.email_password.get_secret_value() or None,
            use_tls=chosen.email_security is EmailSecurity.TLS,
            start_tls=chosen.email_security is EmailSecurity.STARTTLS,
            timeout=self._timeout_s,
        )

    def _message(self, notification: Notification) -> EmailMessage:
        told = words(notification, str(self._settings.console_url).rstrip("/"))
        message = EmailMessage()
        message["Subject"] = told.subject
        message["From"] = self._settings.email_from
        message["To"] = self._address(notification)
        message["Date"] = format_datetime(notification.created_at)
        message["Message-ID"] = f"<{notification.notification_id}@ipt-pulse>"
        message["Auto-Submitted"] = "auto-generated"  # no out-of-office answers
        message.set_content(f"{told.text}\n\n{told.link}\n")
        return message

    def _address(self, notification: Notification) -> str:
        known = self._addresses()
        names = (notification.recipient, notification.role)
        address = next((known[name] for name in names if name is not None and name in known), None)
        if address is None:
            raise Rejected("recipient", "has no e-mail address in routes.yaml")
        return address


def _said(code: int) -> Rejected | Unavailable:
    """What an SMTP reply means; codes of 500 and more are final, as errors of the client are in HTTP."""
    return Rejected("", f"SMTP {code}") if code >= HTTPStatus.INTERNAL_SERVER_ERROR else Unavailable(f"SMTP {code}")
