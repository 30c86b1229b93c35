"""Commands of federation (联邦命令): `jingpiao fingerprint`, what a peer has to pin."""

from __future__ import annotations

import argparse

import msgspec

from jingpiao.cli import EXIT_OK, Command


def _nothing(parser: argparse.ArgumentParser) -> None:
    """This command takes no arguments of its own."""


def _fingerprint(args: argparse.Namespace) -> int:
    from jingpiao.inquiry.receipts import jwks
    from jingpiao.sync.signed_pages import fingerprint

    for key in jwks()["keys"]:
        mark = fingerprint(key)
        print(msgspec.json.encode({"kid": key["kid"], "fingerprint": mark}).decode() if args.json else mark)
    return EXIT_OK


COMMANDS = [
    Command(
        name="fingerprint",
        help="本平台签名公钥的指纹，供联邦对方核对",
        help_en="fingerprints of this platform's signing keys, for peers to pin",
        configure=_nothing,
        run=_fingerprint,
    ),
]
