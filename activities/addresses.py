"""Which addresses may be called: public ones over https, unless the installation says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

__all__ = ["Addresses", "BadAddress", "public"]

#: An IPv4 address inside an IPv6 one, as a translator writes it.
_NAT64 = IPv6Network("64:ff9b::/96")
_SCHEMES = {False: ("https",), True: ("https", "http")}
_PORTS = {"https": 443, "http": 80}


class BadAddress(ValueError):
    """Such an address is not called; the message says why, and never what stood in it."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The rule. ``private`` allows networks that are not public, and http."""

    private: bool = False

    def check(self, url: str) -> tuple[str, int]:
        """The host and the port of an address that may be called. Raises BadAddress."""
        parts = _split(url)
        if parts.scheme not in _SCHEMES[self.private]:
            raise BadAddress(f"use {', '.join(_SCHEMES[self.private])}")
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise BadAddress("leave out user, password and fragment")
        host, port = parts.hostname or "", _port(parts)
        if not host:
            raise BadAddress("the host is missing")
        literal = _literal(host)
        if literal is not None:
            self.check_ip(literal)
        return host, port

    def check_ip(self, address: IPv4Address | IPv6Address) -> None:
        """Raise BadAddress unless this machine may be called."""
        if not self.private and not public(address):
            raise BadAddress("it is not in a public network")


def public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the open internet, also inside another one."""
    inner = _inside(address) if isinstance(address, IPv6Address) else None
    if inner is not None:
        return public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inside(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that is meant by an IPv6 one."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _split(url: str) -> SplitResult:
    if not url.isascii() or not url.isprintable() or " " in url:
        raise BadAddress("write it in plain ASCII, without spaces")
    try:
        return urlsplit(url)
    except ValueError:
        raise BadAddress("it cannot be read") from None


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise BadAddress("the port cannot be read") from None


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None
