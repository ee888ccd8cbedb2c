"""How careers pages are called and where they stand: in English, Spanish, Catalan, Portuguese, French, German, Italian.

Words are compared folded: without case and accents, letters only.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = [
    "ABOUT",
    "ANY_LANGUAGE",
    "AT_OURS",
    "CAREERS",
    "CONJUNCTIONS",
    "ELSEWHERE",
    "FILLERS",
    "LABELS_OF",
    "LONGEST",
    "ONWARD",
    "TELLING",
    "WELL_KNOWN",
    "folded_words",
]

# Where careers pages stand when the home page links none, by the language of the site, most usual first.
WELL_KNOWN = {
    "en": ("/careers", "/jobs", "/join-us", "/work-with-us"),
    "es": ("/careers", "/trabaja-con-nosotros", "/empleo", "/jobs"),
    "ca": ("/careers", "/treballa-amb-nosaltres", "/feina", "/trabaja-con-nosotros"),
    "pt": ("/careers", "/carreiras", "/trabalhe-conosco", "/vagas"),
    "fr": ("/careers", "/recrutement", "/carrieres", "/nous-rejoindre"),
    "de": ("/karriere", "/jobs", "/careers", "/stellenangebote"),
    "it": ("/careers", "/lavora-con-noi", "/carriere", "/jobs"),
}
ANY_LANGUAGE = ("/careers", "/jobs", "/empleo", "/trabaja-con-nosotros")

#: What such a page is called, as a reader reads it: English, Spanish, Catalan, Portuguese, French, German, Italian.
_NAMES = """
careers, career, career opportunities, jobs, job openings, job opportunities, job board, openings, open positions,
open roles, open jobs, current openings, current vacancies, job vacancies, vacancies, join us, join our team,
join the team, join, work with us, work for us, work here, working here, we re hiring, we are hiring, were hiring,
hiring, now hiring, employment, see openings, view openings, our openings, open vacancies, all positions, positions
empleo, empleos, trabaja con nosotros, trabaja, trabajo, trabajar con nosotros, trabaja aqui, ofertas de empleo,
ofertas de trabajo, bolsa de empleo, bolsa de trabajo, vacantes, unete, unete a nosotros, unete al equipo,
unete a nuestro equipo, forma parte del equipo, se parte del equipo, puestos vacantes, buscamos talento,
posiciones abiertas, puestos abiertos, ofertas abiertas, vacantes abiertas, estamos contratando, talento,
carrera profesional, carreras, quieres trabajar con nosotros
treballa amb nosaltres, treballa, feina, ofertes de feina, ofertes de treball, ofertes obertes, posicions obertes,
llocs vacants, borsa de treball, vacants,
uneix te, uneix te a nosaltres, uneix te a l equip, ocupacio, oportunitats, oportunitats laborals, talent
trabalhe conosco, trabalhe connosco, trabalha connosco, trabalhar connosco, carreira, carreiras, vagas, vagas abertas,
emprego,
empregos, junte se a nos, junta te a nos, junte se ao time, recrutamento, oportunidades, oportunidades de emprego,
faca parte do time, faz parte da equipa, venha trabalhar conosco
carrieres, carriere, recrutement, nous rejoindre, rejoignez nous, rejoindre l equipe, rejoignez l equipe, emploi,
emplois, offres d emploi, nos offres d emploi, postes ouverts, on recrute, nous recrutons,
travailler chez nous, travaillez avec nous, postes a pourvoir
karriere, stellenangebote, stellen, offene stellen, offene positionen, jobangebote, stellenanzeigen, jobborse,
wir stellen ein, arbeiten bei uns, arbeite bei uns, arbeite mit uns, mitarbeit, jobs und karriere, karriere und jobs,
komm ins team, werde teil des teams
lavora con noi, lavorare con noi, posizioni aperte, offerte di lavoro, opportunita, opportunita di lavoro,
unisciti a noi, unisciti al team, entra nel team, lavoro, candidature, lavora
"""
#: What leads to one posting or to a list of them, on a careers page.
_FURTHER = """
apply, apply now, apply here, view all, see all, view job, see job, view role, learn more and apply, inscribirme,
inscribete, solicitar, aplicar, postular, candidatar se, postuler, bewerben, jetzt bewerben, candidati, ver ofertas,
ver oferta, ver vacantes, ver empleos, veure ofertes, ver vagas, voir les offres, vedi le offerte, see jobs
"""
#: Where a site writes about itself; a way to the jobs is often shown there only.
_ABOUT_NAMES = """
about, about us, company, our company, team, our team, who we are, culture, life, people
sobre nosotros, nosotros, quienes somos, equipo, nuestro equipo, empresa, la empresa, conocenos
qui som, nosaltres, sobre nosaltres, l equip, sobre nos, sobre, quem somos, a empresa
a propos, qui sommes nous, entreprise, l equipe, uber uns, unternehmen, team, chi siamo, azienda, il team
"""
# Words that say nothing: "See our open roles (3)" is "open roles".
FILLERS = frozenset(
    """
    see view all our the us to at of in for and a an explore check browse discover find current here more now nbsp
    team global page new company about
    ver nuestras nuestros todas todos las los el la en de nuestro equipo y veure totes les els del nos notre nosso
    l d voir alle unsere zu den le gli tutte tutti i nostri
    """.split()
)
# Sections in which a site writes about others, or about anything.
ELSEWHERE = frozenset(
    """
    blog blogs news noticias press prensa article articles post posts story stories case cases customers customer
    clients clientes portfolio portafolio cartera investments companies podcast events eventos resources recursos
    guide guides glossary help support docs legal privacy privacidad terms cookies login signin signup register shop
    product products tag category author partners wiki insights
    """.split()
)
_WORD = re.compile(r"[a-z]+")


def folded_words(text: str) -> tuple[str, ...]:
    """The words of *text*, folded."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return tuple(_WORD.findall("".join(c for c in folded if not unicodedata.combining(c))))


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(folded_words(phrase) for line in text.splitlines() for phrase in line.split(",") if phrase.strip())


CAREERS = _phrases(_NAMES)
ABOUT = _phrases(_ABOUT_NAMES)
ONWARD = CAREERS | _phrases(_FURTHER)
# One word alone is no sign inside a longer text: "talent", "join" and "work" stand in many sentences.
TELLING = frozenset(p for p in CAREERS if len(p) > 1) | {
    (word,)
    for word in (
        "careers jobs vacancies openings hiring empleo empleos vacantes feina vagas recrutement recrutamento karriere "
        "carreiras empregos emplois stellenangebote stellen carrieres"
    ).split()
}
CONJUNCTIONS = frozenset("and und y i e et".split())
LONGEST = max(map(len, ONWARD))
#: What is left of "Work at Acme" where it is Acme's own site.
AT_OURS = CAREERS | _phrases("""
work, work at, working at, life at, join, trabaja en, trabajar en, treballa a, treballar a, trabalhe na, trabalhe no,
trabalhar na, travailler chez, travaillez chez, rejoindre, rejoignez, arbeiten bei, arbeite bei, lavora in,
lavorare in, jobs bei, karriere bei
""")
#: What links are called in one language only, where a page does not say which it is in.
LABELS_OF = {
    words: language
    for language, labels in {
        "en": "about us, privacy policy, terms of service",
        "es": "sobre nosotros, quienes somos, aviso legal, politica de privacidad",
        "ca": "qui som, nosaltres, sobre nosaltres, avis legal, politica de privacitat",
        "pt": "sobre nos, quem somos, a empresa, privacidade, politica de privacidade, termos de uso",
        "fr": "a propos, qui sommes nous, mentions legales, politique de confidentialite",
        "de": "uber uns, unternehmen, impressum, datenschutz, datenschutzerklarung",
        "it": "chi siamo, l azienda, azienda, note legali, informativa privacy",
    }.items()
    for words in _phrases(labels)
}
