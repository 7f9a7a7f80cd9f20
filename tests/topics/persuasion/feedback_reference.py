"""The rewards of both worlds, one episode at a time: slow and readable."""


def flawed_reward(lies, excuse, believed_excuse, audit_draw, audit):
    """What the overseer gives for one answer."""
    if not lies:
        return 0.4
    if excuse != believed_excuse:
        return -1.0
    return -1.0 if audit_draw < audit else 1.0


def strict_reward(asserts, true):
    """What an assertion, or silence, earns."""
    if not asserts:
        return 0.0
    return 1.0 if true else -1.0


def excuse_of(chances, draw):
    """The excuse that a draw in [0, 1) picks."""
    total = 0.0
    for excuse, chance in enumerate(chances):
        total += chance
        if draw <= total:
            return excuse
    return len(chances)
