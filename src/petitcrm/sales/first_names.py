"""Short and familiar forms of French first names: whether Phil is Philippe, JB is Jean-Baptiste."""

from __future__ import annotations

# Gathered by hand from how people sign in France. No kept library has them: `nicknames` 1.0 and `corp-names` 0.3 were
# tried and know English only (Babeth, JB and Manu are in neither). A form that two names share leads to both, but
# never makes one of them the other: Alex is Alexandre or Alexandra.
_SHORT = """
alex alexandre alexandra alexis alexia|angie angelique angela|antho anthony|anto antoine anthony|arno arnaud
babeth elisabeth|babette elisabeth|babs barbara|bea beatrice|ben benjamin benoit|bene benedicte|benji benjamin
berna bernadette|bert albert robert hubert gilbert|bob robert|caro caroline|cat catherine|cath catherine
cathy catherine|ced cedric|charlie charles charlotte|charly charles|chris christophe christian christine christelle
clem clement clemence clementine|clo clotilde chloe|coco corinne colette|dan daniel danielle|danny daniel
dany daniel danielle|dav david|dede andre didier|del delphine|delph delphine|did didier|dom dominique|domi dominique
doudou edouard|ed edouard edmond|eddy edouard|edi edouard|elo elodie|emi emilie|fab fabien fabrice fabienne
fanfan francoise francois|fanny stephanie francoise|fifi philippe sophie|flo florence florent florian|fran francois
fred frederic frederique alfred|gab gabriel gabrielle|gaby gabriel gabrielle|gege gerard|geo georges
gigi ghislaine gisele|gil gilles gilbert|gilou gilles|greg gregory gregoire|gui guillaume|guigui guillaume
gus auguste gustave augustin|gust auguste|hel helene|henri henry|isa isabelle|jack jacques|jacko jacques
jacky jacques jacqueline|jacquot jacques|jeannette jeanne|jeannot jean|jef jean-francois|jeff jean-francois geoffrey
jenny jennifer|jer jerome|jerem jeremy|jeremie jeremy|jess jessica|jessie jessica|jibe jean-baptiste|jice jean-claude
jipe jean-pierre jean-paul|jo joseph joel joelle johanna|joce jocelyne|joe joseph joel|johnny jonathan
jojo joseph georges|jon jonathan|jos jose joseph|josy josiane|ju julien julie|juju julien julie juliette
jul jules julien|julo jules|kathy catherine|katy catherine|kiki christophe christian|kris christophe
lau laurent laurence|leo leonard leopold leonie|leti laetitia|letitia laetitia|lili liliane elisabeth|lisa elisabeth
lise elisabeth|liz elisabeth|lolo laurent|lou louise louis|loulou louis louise|luce lucie|ludo ludovic
lulu lucien lucienne lucie ludovic|mado madeleine|mag magali magalie|maggy marguerite|mami mamadou
manu emmanuel emmanuelle manuel|marc-o marc-olivier|marge marguerite|margot marguerite margaux
mat mathieu mathias mathilde|math mathieu mathilde mathias|matt mathieu matthieu|max maxime maximilien maxence
medi mehdi|mel melanie melissa|mic michel|mich michel michele|mick mickael michel|mickey mickael michel
mika mickael michael|mike michel mickael|mimi michele michel mireille|mo mohamed|moha mohamed|mohammed mohamed
momo mohamed maurice|mouss moustapha moussa|moussa mustapha|nad nadine nadia nadege|nanou nathalie annie
nat nathalie natacha nathan|nath nathalie nathan|natou nathalie|nic nicolas nicole|nick nicolas|nico nicolas nicole
nini virginie|noe noemie|nono arnaud|oli olivier olivia|oliv olivier|pascalou pascal|pat patrick patrice patricia
patoche patrick|patou patricia patrick|paulo paul|phil philippe philippine|philou philippe|pierrot pierre
pipo philippe|raph raphael raphaelle|ray raymond|rick eric|rico eric|riton henri|rob robert|robi robert
rod rodolphe rodrigue|rom romain|romu romuald|roro robert|sab sabine sabrina|sabi sabine|sacha alexandre
sam samuel samir samantha samia|samy samuel|sand sandrine|sandy sandrine|seb sebastien|sebi sebastien|serg serge
sev severine|so sophie sonia|sol solene solange|soph sophie|stef stephane stephanie|steph stephane stephanie
susie suzanne|suzie suzanne|suzy suzanne|syl sylvie sylvain sylvia|sylv sylvie sylvain|tam tamara|tat tatiana
tati tatiana|ted thierry|theo theodore theophile|thib thibault thibaut|thibaud thibault|thibaut thibault|tibo thibault
tit titouan|titi thierry|toine antoine|toinou antoine|tom thomas|tomtom thomas|tonio antoine antonio
tony antoine anthony|val valerie valentin valentine|valou valerie|vava valerie|vero veronique
vic victor victoria victoire|vicky victoria|vinc vincent|vince vincent|virg virginie|vivi viviane vivien|will william
willy william|xav xavier|yan yannick yann|yann yannick|yo yohan yoann johan|yoyo yohan|zab isabelle|zabou isabelle
zaza isabelle elisabeth|zoz zoe
"""

_forms: dict[str, set[str]] = {}


def is_short_for(one: list[str], other: list[str]) -> bool:
    """Tell whether one first name, in folded words, is a usual short form of the other: phil, jb, jean phi."""
    short, long = sorted((one, other), key=lambda words: len("".join(words)))
    if not short or "".join(short) == "".join(long):
        return False
    letters = "".join(short)
    if len(long) > 1 and letters == "".join([word[0] for word in long]):
        return True
    if " ".join(long).replace(" ", "-") in _known().get(letters, ()):
        return True
    if len(short) != len(long):
        return False
    return all(map(_is_form_of, short, long)) if len(short) == 1 else _begins_like(short, long)


def _is_form_of(short: str, long: str) -> bool:
    return long in _known().get(short, ())


def _begins_like(short: list[str], long: list[str]) -> bool:
    """Tell whether a double name is cut short in its second part, as Jean-Phi and Marie-Jo are."""
    return short[0] == long[0] and all(
        len(cut) > 1 and (whole.startswith(cut) or _is_form_of(cut, whole))
        for cut, whole in zip(short[1:], long[1:], strict=True)
    )


def _known() -> dict[str, set[str]]:
    if not _forms:
        for line in _SHORT.strip().replace("\n", "|").split("|"):
            short, *names = line.split()
            _forms.setdefault(short, set()).update(names)
    return _forms
