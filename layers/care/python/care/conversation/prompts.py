"""What is asked where a talk stands, said once more."""

from care.conversation import complaints, finding, guides, ordering
from care.conversation.talk import Said, Talk
from care.line import packages


def prompt(talk: Talk, *, again: bool = False, whole: bool = False) -> tuple[Said, ...]:
    """What is asked where the talk is; ``again``: because the answer was not understood. Nothing at the start.

    A step is not told a second time but ``whole``, where that is wished.
    """
    dialogue = talk.dialogue
    match dialogue.place:
        case "start":
            return (talk.ask("start"),) if again else ()
        case "guide":
            return (guides.step_said(talk, dialogue) if whole else guides.again_said(talk),)
        case "checklist":
            return (complaints.missing_said(talk, dialogue),)
        case "package":
            return finding.details(talk, packages.package(dialogue.package)).said
        case "packages":
            return (finding.which(talk),)
        case "confirm":
            return (ordering.confirm_said(talk, dialogue, talk.facts.proven),)
    return (talk.ask_again() if again else talk.ask(dialogue.place),)
