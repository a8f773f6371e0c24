"""The one normaliser of player names, and the token keys that the weaker linking rungs compare.

`player_lookup` keeps the generational suffix (`jimmybutleriii`): removing it is a linking decision, made on whole name
tokens, never on the collapsed key (Jrue Holiday and Jaden Ivey begin with letters that look like suffixes).
"""

import re
import unicodedata

import polars as pl

# Letters that Unicode does not decompose into a base letter and a mark; applied after casefolding, so lower case only.
_PLAIN_LETTERS = str.maketrans({"ı": "i", "đ": "d", "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "ð": "d", "þ": "th"})

# Only as a word of its own at the end, so that a normalised key is not normalised further.
_LONG_SUFFIX = re.compile(r"(?<=[\s,.])(junior|senior)\W*$")
_SHORT_FORM = {"junior": "jr", "senior": "sr"}

SUFFIX_TOKENS = frozenset({"jr", "sr", "ii", "iii", "iv", "v"})

_NOT_KEY = re.compile(r"[^a-z0-9]+")
# Apostrophes and dots join the letters around them (D'Angelo, T.J.); everything else separates tokens (Caldwell-Pope).
_JOINING = re.compile(r"['`.]")


def player_lookup(name: str | None) -> str:
    """The key of a written player name: ASCII letters and digits only, suffix kept; `''` for null, empty or unreadable.

    `José Alvarado` -> `josealvarado`, `Igor Miličić, Jr.` -> `igormilicicjr`, `Łukasz` -> `lukasz`.
    """
    return _NOT_KEY.sub("", _ascii(name))


def player_lookup_expr(expr: pl.Expr) -> pl.Expr:
    """`player_lookup` of a String column; null becomes `''`. Each distinct spelling is normalised once."""
    return expr.map_batches(_lookup_series, return_dtype=pl.String, is_elementwise=True)


def name_tokens(name: str | None) -> tuple[str, ...]:
    """The words of a name as ASCII keys, in order, without generational suffixes.

    The first word is never a suffix (J.R. Smith keeps his `jr`). `Caldwell-Pope` is two tokens, `O'Neal` one.
    """
    text = _JOINING.sub("", _ascii(name))
    tokens = _NOT_KEY.sub(" ", text).split()
    return tuple(token for place, token in enumerate(tokens) if place == 0 or token not in SUFFIX_TOKENS)


def suffixless_key(name: str | None) -> str:
    """The name without its suffix tokens, collapsed: `Isaiah Stewart II` -> `isaiahstewart`."""
    return "".join(name_tokens(name))


def token_set_key(name: str | None) -> str:
    """The name's tokens in alphabetical order: equal for `Dejounte Murray` and `Murray Dejounte`."""
    return " ".join(sorted(name_tokens(name)))


def initial_key(name: str | None) -> str:
    """First letter and surname: `Shai Gilgeous-Alexander` -> `s gilgeousalexander`; `''` for a single word."""
    tokens = name_tokens(name)
    return f"{tokens[0][0]} {''.join(tokens[1:])}" if len(tokens) > 1 else ""


def has_initial(name: str | None) -> bool:
    """Whether the first name is written as one letter. Only such names may be linked by `initial_key`."""
    tokens = name_tokens(name)
    return len(tokens) > 1 and len(tokens[0]) == 1


def _ascii(name: str | None) -> str:
    """Lower-case ASCII text of a name with its punctuation, `junior`/`senior` shortened."""
    if not name:
        return ""
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_PLAIN_LETTERS)
    text = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode("ascii").lower()
    return _LONG_SUFFIX.sub(lambda match: _SHORT_FORM[match[1]], text)


def _lookup_series(names: pl.Series) -> pl.Series:
    distinct = names.unique()
    keys = pl.Series([player_lookup(name) for name in distinct], dtype=pl.String)
    return names.replace_strict(distinct, keys, return_dtype=pl.String)
