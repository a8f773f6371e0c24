"""Who plays how long. Arrays are [draw, team, player]: one draw is a game, thousands are its truth."""

import numpy as np

from resources.simulated_league import constants as c

_STEPS = 7


def shared(logits: np.ndarray, weights: np.ndarray, cap: float, total: float) -> np.ndarray:
    """Minutes below `cap` that add up to `total` per team: logits are shifted alike until they do.

    A shift keeps the order of a rotation, gives most to the middle of it and no one more than the cap. `weights`
    (0 to 1) scale a player's minutes: absent, hurt on the way, or present with a probability.
    """
    shift = np.zeros((*logits.shape[:-1], 1))
    for _ in range(_STEPS):
        play = 1 / (1 + np.exp(-(logits + shift)))
        excess = (weights * play).sum(axis=-1, keepdims=True) * cap - total
        slope = (weights * play * (1 - play)).sum(axis=-1, keepdims=True) * cap
        shift -= np.clip(excess / np.maximum(slope, 1e-3), -1.5, 1.5)
    minutes = weights * cap / (1 + np.exp(-(logits + shift)))
    return minutes * (total / np.maximum(minutes.sum(axis=-1, keepdims=True), 1e-9))


def in_rotation(role: np.ndarray, able: np.ndarray, stream: np.random.Generator) -> np.ndarray:
    """The eight to eleven men of tonight's rotation."""
    size = 8 + np.searchsorted(np.cumsum(c.ROTATION[:-1]), stream.random(able.shape[:2]))
    order = np.where(able, role + c.ROTATION_SHUFFLE * stream.standard_normal(able.shape), -99.0)
    ranks = (-order).argsort(axis=-1).argsort(axis=-1)
    return able & (ranks < size[..., None])


def first_three_quarters(
    role: np.ndarray, rotation: np.ndarray, stream: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Seconds of the first 36 minutes, and the logits of tonight (-9 for who left hurt or has no part in it)."""
    tonight = role + c.MINUTES_SD * np.interp(role, *c.LOOSE_ENDS) * stream.standard_normal(rotation.shape)
    hurt = stream.random(rotation.shape) < c.INGAME_INJURY
    weights = rotation * np.where(hurt, stream.random(rotation.shape), 1.0)
    minutes = shared(tonight, weights, c.MINUTES_CAP * 0.75, 180.0)
    return whole_seconds(minutes * 60, 5 * 2160), np.where(rotation & ~hurt, tonight, -9.0)


def fourth_quarter(
    tonight: np.ndarray, able: np.ndarray, hurt: np.ndarray, margin: np.ndarray, stream: np.random.Generator
) -> np.ndarray:
    """Seconds of the last twelve minutes: the best close a close game, the bench ends a decided one."""
    garbage = garbage_share(np.abs(margin) + 3 * stream.standard_normal(margin.shape))[:, None, None]
    closing = shared(c.CLOSING * tonight, (tonight > -9) * 1.0, 12.0, 60.0)
    spare = np.where(garbage > c.GARBAGE_ENTRY, 1.2, -9.0)
    bench = np.where(able & ~hurt, np.where(tonight > -9, -1.3 * tonight - 0.6, spare), -9.0)
    emptied = shared(bench + 0.7 * (bench > -9) * stream.standard_normal(bench.shape), (bench > -9) * 1.0, 12.0, 60.0)
    emptied = np.where(garbage > 0, emptied, 0.0)
    return whole_seconds(((1 - garbage) * closing + garbage * emptied) * 60, 5 * 720)


def garbage_share(margin: np.ndarray) -> np.ndarray:
    """Share of the fourth quarter played by those who do not matter."""
    return np.clip((margin - c.GARBAGE_MARGIN) / c.GARBAGE_WIDTH, 0.0, 0.85)


def overtime(tonight: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Seconds of five more minutes: almost only the best are on the floor."""
    logits = np.where(out, -9.0, 2.0 * tonight)
    return whole_seconds(shared(logits, (logits > -9) * 1.0, 5.0, 25.0) * 60, 5 * 300)


def whole_seconds(seconds: np.ndarray, total: int) -> np.ndarray:
    """Integers with the same sum: the largest fractions are rounded up."""
    whole = np.floor(seconds).astype(np.int64)
    missing = total - whole.sum(axis=-1, keepdims=True)
    ranks = (-(seconds - whole)).argsort(axis=-1).argsort(axis=-1)
    return whole + (ranks < missing)
