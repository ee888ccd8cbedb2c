"""How well and how fast the language of an offer is told, on invented texts in seven languages.

Paragraphs, sentences, titles alone, whole postings, and postings with an English paragraph at the beginning or the end.
`none` is no error: what is not told is not guessed. What was told wrongly is printed. Then the CPU time an offer, and
what the first text costs: the model is loaded for it.

    python benchmarks/languages.py
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterable

from ats_core.scoring.language import language_of

#: Paragraphs, parted by bars.
PARAGRAPHS = {
    "es": """
Buscamos una persona para el equipo de administración que lleve la facturación, los cobros y la relación con los
bancos. Trabajarás con compañeros de varios países y tendrás un horario flexible.
|
Nuestra empresa diseña y vende muebles de oficina desde 1987. Ahora abrimos un almacén nuevo y necesitamos a
alguien que coordine las entregas y atienda a los transportistas.
|
Requisitos: formación en ingeniería o similar, tres años de experiencia y ganas de aprender. Se valorará conocer
Python y SQL. Ofrecemos contrato indefinido y seguro médico.
|
Te encargarás de responder a los clientes por teléfono y por correo, de resolver incidencias y de mejorar los
procesos del departamento. No hace falta experiencia previa.
|
Si te apasiona la cocina y quieres formar parte de un equipo joven, esta es tu oportunidad. Turnos rotativos,
dos días libres seguidos y comida incluida.
|
Colaborarás con producto y diseño para llevar nuevas funciones a producción cada semana. Nuestro stack: React,
TypeScript, Node y AWS.
    """,
    "en": """
We are looking for someone to join our finance team and take care of invoicing, collections and the relationship
with our banks. You will work with colleagues from several countries and have flexible hours.
|
Our company has been designing and selling office furniture since 1987. We are now opening a new warehouse and
need somebody to coordinate deliveries and deal with carriers.
|
Requirements: a degree in engineering or similar, three years of experience and willingness to learn. Knowledge
of Python and SQL is a plus. We offer a permanent contract and health insurance.
|
You will answer customers by phone and email, solve incidents and improve the processes of the department. No
previous experience is needed.
|
If you love cooking and want to be part of a young team, this is your chance. Rotating shifts, two consecutive
days off and meals included.
|
You will work with product and design to ship new features to production every week. Our stack: React,
TypeScript, Node and AWS.
    """,
    "ca": """
Busquem una persona per a l'equip d'administració que porti la facturació, els cobraments i la relació amb els
bancs. Treballaràs amb companys de diversos països i tindràs un horari flexible.
|
La nostra empresa dissenya i ven mobles d'oficina des del 1987. Ara obrim un magatzem nou i necessitem algú que
coordini els lliuraments i atengui els transportistes.
|
Requisits: formació en enginyeria o similar, tres anys d'experiència i ganes d'aprendre. Es valorarà conèixer
Python i SQL. Oferim contracte indefinit i assegurança mèdica.
|
T'encarregaràs de respondre els clients per telèfon i per correu, de resoldre incidències i de millorar els
processos del departament. No cal experiència prèvia.
|
Si t'apassiona la cuina i vols formar part d'un equip jove, aquesta és la teva oportunitat. Torns rotatius, dos
dies lliures seguits i àpats inclosos.
|
Col·laboraràs amb producte i disseny per portar noves funcions a producció cada setmana. El nostre stack: React,
TypeScript, Node i AWS.
    """,
    "pt": """
Procuramos uma pessoa para a equipa de administração que trate da faturação, das cobranças e da relação com os
bancos. Vais trabalhar com colegas de vários países e terás um horário flexível.
|
A nossa empresa desenha e vende mobiliário de escritório desde 1987. Agora abrimos um armazém novo e precisamos
de alguém que coordene as entregas e atenda os transportadores.
|
Requisitos: formação em engenharia ou similar, três anos de experiência e vontade de aprender. Conhecimentos de
Python e SQL serão valorizados. Oferecemos contrato sem termo e seguro de saúde.
|
Você vai responder aos clientes por telefone e e-mail, resolver problemas e melhorar os processos do
departamento. Não é necessária experiência anterior.
|
Se você adora cozinhar e quer fazer parte de uma equipe jovem, esta é a sua oportunidade. Turnos rotativos, duas
folgas seguidas e refeições incluídas.
|
Irás colaborar com produto e design para levar novas funcionalidades a produção todas as semanas. A nossa stack:
React, TypeScript, Node e AWS.
    """,
    "fr": """
Nous recherchons une personne pour l'équipe administrative afin de s'occuper de la facturation, des
encaissements et de la relation avec les banques. Vous travaillerez avec des collègues de plusieurs pays.
|
Notre entreprise conçoit et vend du mobilier de bureau depuis 1987. Nous ouvrons un nouvel entrepôt et avons
besoin de quelqu'un pour coordonner les livraisons et accueillir les transporteurs.
|
Profil recherché : formation d'ingénieur ou équivalent, trois ans d'expérience et l'envie d'apprendre. La
connaissance de Python et de SQL est un plus. Contrat à durée indéterminée et mutuelle.
|
Vous répondrez aux clients par téléphone et par courriel, résoudrez les incidents et améliorerez les processus
du service. Aucune expérience préalable n'est exigée.
|
Si vous aimez la cuisine et souhaitez rejoindre une équipe jeune, cette opportunité est pour vous. Horaires en
rotation, deux jours de repos consécutifs et repas compris.
|
Vous travaillerez avec le produit et le design pour livrer de nouvelles fonctionnalités chaque semaine. Notre
stack : React, TypeScript, Node et AWS.
    """,
    "de": """
Wir suchen eine Person für unser Verwaltungsteam, die sich um Rechnungen, Zahlungseingänge und die Beziehung zu
den Banken kümmert. Du arbeitest mit Kolleginnen und Kollegen aus mehreren Ländern.
|
Unser Unternehmen entwirft und verkauft seit 1987 Büromöbel. Wir eröffnen jetzt ein neues Lager und brauchen
jemanden, der die Lieferungen koordiniert und die Spediteure betreut.
|
Anforderungen: Studium im Ingenieurwesen oder ähnliches, drei Jahre Erfahrung und Lust zu lernen. Kenntnisse in
Python und SQL sind von Vorteil. Wir bieten einen unbefristeten Vertrag.
|
Du beantwortest Anfragen von Kunden per Telefon und E-Mail, löst Störungen und verbesserst die Abläufe der
Abteilung. Vorkenntnisse sind nicht erforderlich.
|
Wenn du gerne kochst und Teil eines jungen Teams werden willst, ist das deine Chance. Wechselnde Schichten, zwei
freie Tage am Stück und Verpflegung inklusive.
|
Gemeinsam mit Produkt und Design bringst du jede Woche neue Funktionen in Produktion. Unser Stack: React,
TypeScript, Node und AWS.
    """,
    "it": """
Cerchiamo una persona per il gruppo amministrativo che si occupi della fatturazione, degli incassi e dei
rapporti con le banche. Lavorerai con colleghi di diversi paesi e avrai un orario flessibile.
|
La nostra azienda progetta e vende mobili per ufficio dal 1987. Ora apriamo un nuovo magazzino e abbiamo bisogno
di qualcuno che coordini le consegne e segua i trasportatori.
|
Requisiti: laurea in ingegneria o simile, tre anni di esperienza e voglia di imparare. La conoscenza di Python e
SQL è un vantaggio. Offriamo un contratto a tempo indeterminato.
|
Risponderai ai clienti per telefono e per posta elettronica, risolverai i problemi e migliorerai i processi del
reparto. Non è richiesta esperienza precedente.
|
Se ami la cucina e vuoi far parte di una squadra giovane, questa è la tua occasione. Turni a rotazione, due
giorni liberi di seguito e pasti inclusi.
|
Collaborerai con prodotto e design per portare nuove funzioni in produzione ogni settimana. Il nostro stack:
React, TypeScript, Node e AWS.
    """,
}
#: A title each, parted by semicolons.
TITLES = {
    "es": """
        Técnico/a de Comercio Exterior; Responsable de Tesorería; Camarero de sala; Desarrollador backend;
        Dependiente/a tienda Girona; Jefe de obra; Auxiliar administrativo; Director/a financiero/a;
        Conductor de camión; Enfermera de urgencias
    """,
    "en": """
        Treasury Analyst; Senior Backend Engineer; Head of Payments; Warehouse Operative; Account Executive,
        Spain; Customer Support Agent; Product Designer; Staff Software Engineer, Platform; Night Shift
        Nurse; Office Manager
    """,
    "ca": """
        Tècnic/a de comerç exterior; Responsable de tresoreria; Cambrer de sala; Desenvolupador backend;
        Dependent/a botiga Girona; Cap d'obra; Auxiliar administratiu; Director/a financer/a; Conductor de
        camió; Infermera d'urgències
    """,
    "pt": """
        Técnico de Comércio Exterior; Responsável de Tesouraria; Empregado de mesa; Programador backend;
        Vendedor de loja; Chefe de obra; Assistente administrativo; Diretor financeiro; Motorista de
        pesados; Enfermeira de urgências
    """,
    "fr": """
        Technicien commerce international; Responsable de trésorerie; Serveur en salle; Développeur backend;
        Vendeur en magasin; Chef de chantier; Assistante administrative; Directeur financier; Chauffeur
        poids lourd; Infirmière aux urgences
    """,
    "de": """
        Sachbearbeiter Außenhandel; Leiter Treasury; Kellner im Service; Backend-Entwickler; Verkäufer im
        Einzelhandel; Bauleiter; Sachbearbeiter Verwaltung; Kaufmännischer Leiter; LKW-Fahrer;
        Krankenschwester Notaufnahme
    """,
    "it": """
        Addetto al commercio estero; Responsabile tesoreria; Cameriere di sala; Sviluppatore backend;
        Commesso di negozio; Capocantiere; Impiegato amministrativo; Direttore finanziario; Autista di
        camion; Infermiera di pronto soccorso
    """,
}

#: A title, a description, and the language that they are in.
Labelled = tuple[str, str, str]


def parted(text: str, sign: str) -> list[str]:
    """The texts between the signs, each on one line."""
    return [" ".join(part.split()) for part in text.split(sign)]


def postings(seed: int) -> dict[str, list[Labelled]]:
    """The texts by kind."""
    chance = random.Random(seed)
    kinds: dict[str, list[Labelled]] = {}
    english = parted(TITLES["en"], ";")
    about = parted(PARAGRAPHS["en"], "|")
    for language in PARAGRAPHS:
        paragraphs, titles = parted(PARAGRAPHS[language], "|"), parted(TITLES[language], ";")
        sentences = [s.strip() for p in paragraphs for s in p.split(". ") if len(s) > 20]
        kinds.setdefault("paragraph, own title", []).extend(
            (t, p, language) for t, p in zip(titles, paragraphs, strict=False)
        )
        kinds.setdefault("paragraph, English title", []).extend(
            (t, p, language) for t, p in zip(english, paragraphs, strict=False)
        )
        kinds.setdefault("sentence", []).extend(("", sentence, language) for sentence in sentences)
        kinds.setdefault("title alone", []).extend((title, "", language) for title in titles)
        for _ in range(40):
            body = chance.sample(paragraphs, len(paragraphs))
            kinds.setdefault("posting", []).append((chance.choice(titles), "\n".join(body), language))
            body[chance.choice((0, -1))] = chance.choice(about)
            kinds.setdefault("posting, 1 paragraph of 6 English", []).append(
                (chance.choice(english), "\n".join(body), language)
            )
    return kinds


def judged(kind: str, texts: Iterable[Labelled]) -> None:
    """Print how many were told rightly, wrongly, not at all."""
    told = [(language_of(title, text), language, title, text) for title, text, language in texts]
    wrong = [case for case in told if case[0] not in (None, case[1])]
    none = sum(case[0] is None for case in told)
    print(f"{kind:36s} {len(told) - len(wrong) - none:4d} right, {len(wrong):2d} wrong, {none:2d} none")
    for found, language, title, text in wrong:
        print(f"    {language} taken for {found}: {title or text[:60]}")


def spent(texts: Iterable[Labelled]) -> float:
    """The CPU time that the texts take, in seconds."""
    begun = time.process_time()
    for title, text, _ in texts:
        language_of(title, text)
    return time.process_time() - begun


def main() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    language_of("", PARAGRAPHS["ca"])
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    took = time.process_time() - begun
    print(f"first text that needs the model: {took:.2f} s of CPU time, {grown / 1024:.0f} MB at the most\n")

    kinds = postings(1)
    for kind, texts in kinds.items():
        judged(kind, texts)

    print("\nmicroseconds of CPU time an offer:", end="")
    for language in PARAGRAPHS:
        whole = [posting for posting in kinds["posting"] if posting[2] == language]
        print(f" {language} {min(spent(whole) for _ in range(9)) / len(whole) * 1e6:.0f}", end="")
    print()


if __name__ == "__main__":
    main()
