"""The catalog `engineering-growth`, on sentences as postings have them, in both languages."""

from __future__ import annotations

import pytest
from tests.unit.scoring.examples import builtin, described

from ats_adapters.catalogs import find_builtin
from ats_core.domain.match import Label
from ats_core.scoring.catalog_format import read_catalog
from ats_core.scoring.scorer import Scorer
from ats_core.scoring.spelling import variants

CATALOG = builtin(1)
SCORER = Scorer(CATALOG)


def shown(text: str) -> list[str]:
    return [hit.category for hit in described(SCORER, text).hits if not hit.negated]


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("You will design data pipelines with Airflow and dbt.", "data"),
        ("Buscamos un/a ingeniero/a de datos para nuestro lakehouse.", "data"),
        ("Ingesta de datos en tiempo real con Kafka y Flink", "data"),
        ("Tune Spark jobs on large clusters", "data"),
        ("Procesamiento distribuido con Spark y Hadoop", "data"),
        ("Modelos en dbt sobre Snowflake", "data"),
        ("Chief Data Officer", "data"),
        ("Gobierno del dato y calidad de datos", "data"),
        ("Training and serving machine learning models", "ai"),
        ("Proyectos de inteligencia artificial y aprendizaje automático", "ai"),
        ("Ship LLM features with retrieval-augmented generation", "ai"),
        ("RAG pipelines over embeddings", "ai"),
        ("We build AI products for hospitals", "ai"),
        ("Nuestro equipo de IA desarrolla modelos propios", "ai"),
        ("Desplegar modelos de ML en producción", "ai"),
        ("Visión artificial para control de calidad", "ai"),
        ("Científico/a de datos", "ai"),
        ("Infrastructure on AWS and GCP", "cloud"),
        ("Migración a la nube de nuestros sistemas", "cloud"),
        ("Cloud services at scale", "cloud"),
        ("Arquitecturas cloud-native", "cloud"),
        ("Desplegamos en la nube con Kubernetes y servicios gestionados", "cloud"),
        ("Join our cybersecurity team", "security"),
        ("Analista de ciberseguridad para el SOC", "security"),
        ("SOC analyst, tier 2", "security"),
        ("Security of our applications and infrastructure", "security"),
        ("Velar por la seguridad de las aplicaciones y las redes", "security"),
        ("Pruebas de penetración y hacking ético", "security"),
        ("Red team exercises against our cloud security", "security"),
        ("Certificación ISO 27001", "security"),
        ("Site Reliability Engineer", "platform"),
        ("Ingeniería de plataforma e infraestructura como código", "platform"),
        ("Deploy with Helm on Kubernetes", "platform"),
        ("Dashboards in Prometheus and Grafana", "platform"),
        ("CI/CD con GitHub Actions", "platform"),
        ("Our internal platform runs 300 microservices", "platform"),
        ("Staff Engineer", "seniority"),
        ("Lead Backend Engineer", "seniority"),
        ("Buscamos un/a líder técnico/a", "seniority"),
        ("We are hiring our next CTO", "seniority"),
        ("Desarrollador senior de Java", "seniority"),
        ("Engineering Manager, Payments", "seniority"),
        ("Directora de tecnología", "seniority"),
        ("We are scaling our engineering team to 60 people", "team-growth"),
        ("Puesto de nueva creación", "team-growth"),
        ("Queremos duplicar el equipo este año", "team-growth"),
        ("Build the team from scratch", "team-growth"),
        ("First data hire in the company", "team-growth"),
        ("Nuevo hub tecnológico en Málaga", "team-growth"),
        ("Acabamos de cerrar una ronda de financiación", "team-growth"),
        ("Backend services in Go", "languages"),
        ("Experience with Go, Rust or Java", "languages"),
        ("Programas en Go y Python", "languages"),
        ("GO DEVELOPER", "languages"),
        ("Analyses in R or Python", "languages"),
        ("Modelos estadísticos con R y SQL", "languages"),
        ("Scala and Akka developers", "languages"),
        ("iOS apps in Swift and SwiftUI", "languages"),
        ("Desarrollo de apps móviles con Swift", "languages"),
        ("Systems programming in Rust", "languages"),
        ("React and TypeScript frontend", "languages"),
    ],
)
def test_words_of_engineering_are_found(text: str, category: str) -> None:
    assert category in shown(text)


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ("As a Senior Data Engineer you will own our Snowflake warehouse and mentor two juniors.", "data seniority"),
        ("Somos una startup de IA que ayuda a bufetes.", "ai"),
        ("We are an AI-first company.", "ai"),
        ("AI-powered legal research", "ai"),
        ("Nuestro producto usa inteligencia artificial para detectar fraude", "ai"),
        ("Experience deploying to production using Docker and Jenkins", "platform"),
        ("Buen conocimiento de la nube de Microsoft (Azure)", "cloud"),
        ("Responsible for the security of our cloud platform", "security cloud platform"),
        ("Harden Linux servers and respond to security incidents", "security"),
        ("Gestión de incidentes de seguridad y SIEM", "security"),
        ("We're looking for a Tech Lead to grow the team from 4 to 12", "seniority team-growth"),
        ("Buscamos Tech Lead para liderar el equipo de backend", "seniority"),
        ("You'll be the first platform engineer", "platform"),
        ("Ampliamos nuestro equipo de desarrollo", "team-growth"),
        ("Estamos creciendo y buscamos 5 desarrolladores", "team-growth"),
        ("We are growing fast and hiring across engineering", "team-growth"),
        ("Golang microservices", "languages platform"),
        (".NET developer con C# y SQL Server", "languages"),
        ("Desarrollador/a Java Senior", "languages seniority"),
        ("Arquitecto de datos con experiencia en Azure", "data cloud"),
    ],
)
def test_a_sentence_shows_just_what_it_says(text: str, categories: str) -> None:
    assert sorted(shown(text)) == sorted(categories.split())


@pytest.mark.parametrize(
    "text",
    [
        "Head of Data Protection",
        "Data entry clerk",
        "Data protection officer, RGPD",
        "We go the extra mile",
        "Camarero/a para plataforma de tren",
        "Conductor de carretilla y plataformas elevadoras",
        "Azafatas de seguridad en el aeropuerto",
        "Comercial senior: apertura de cuentas",
        "Senior Account Executive",
        "Lead Generation Specialist",
        "Principal del colegio",
        "Staff de cocina",
        "Principal tasks: cleaning",
        "Staff room and free fruit",
        "Engineering Manager - MEP",
        "Civil engineer, senior",
        "Ingeniero de obra civil senior",
        "Team growth in our stores",
        "The cloud in our logo",
        "Trabajarás en una nube de felicidad",
        "Python handler at the zoo: snakes",
        "Swift response to customers",
        "React to incidents quickly",
        "Docker at the port: loading ships",
        "Kafka on the Shore book club",
        "C-level assistant",
        "A go-getter with drive",
        "Ready, set, Go!",
        "Type R for yes",
        "Elixir of life",
        "AI: Amnesty International campaign team",
        "Cloud kitchen chef",
        "Salesforce Marketing Cloud consultant",
        "Instalador de sistemas de seguridad y alarmas",
        "Alarm systems and security engineer on the road",
        "Maintenance engineer, production line",
        "Machine operator learning on the job",
        "Go to market with us",
        "Let's go further together: go beyond your limits",
        "Go above and beyond for our customers",
        "Lista para GO LIVE",
        "Head of R&D",
        "Departamento de I+D, R&D and statistics",
        "You report to the CTO",
        "R. Sánchez firmará el contrato",
        "Spark your creativity",
        "Recambio de bujías: a spark plug for every engine",
        "We Spark joy in your data",
        "La Scala de Milán",
        "Taylor Swift fan club",
        "SWIFT payments and bank transfers for mobile banking",
        "Tratamiento contra el rust y la corrosión",
        "Rust removal on steel structures by engineers",
        "React quickly to customers' needs",
        "Security guard for a shopping centre",
        "Vigilante de seguridad privada con TIP",
        "Security officer: CCTV systems and patrols",
        "Social security number and job security",
        "Alta en la Seguridad Social y seguro médico",
        "Técnico de prevención: seguridad laboral y sistemas de higiene",
        "Food security analyst",
        "Pension, benefits and financial security for engineers",
        "Train platform staff at the station",
        "Plataforma elevadora y carretilla",
        "Offshore platform with drilling engineers",
        "Cloud cover and rain: weather services forecast",
        "Point cloud processing from LiDAR",
        "A word cloud of our values",
        "Una nube de puntos y de palabras",
        "She said that Kai was paid",
        "Adobe Illustrator (AI) and Photoshop (PSD) files, product design",
        "We use AI to screen your application; candidates may ask for a human, says our product team",
        "No uses ChatGPT: detectamos candidaturas escritas con IA y modelos",
        "Botella de 500 ML de producto",
        "Sales lead generation and lead scoring for engineering firms",
        "Lead time of the batteries",
        "Lead acid battery engineer",
        "Senior care assistant",
        "Residencia de mayores: senior living",
        "Kafka's novel and its literature",
        "HVAC airflow engineer with data",
        "CBT and DBT therapy with data on patients",
        "Redshift of galaxies",
        "RAG status: red, amber, green",
        "A growing team in our kitchen",
        "Team building to build a team spirit",
        "Java island coffee",
        "At the helm of the ship",
        "Prometheus, a play",
        "Escríbenos a data.engineer@acme.example o en https://acme.example/kubernetes",
    ],
)
def test_words_of_other_trades_are_not(text: str) -> None:
    assert shown(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "No experience with Kubernetes required",
        "Sin experiencia en inteligencia artificial",
        "AWS experience is not required",
        "No se requieren conocimientos de ciberseguridad",
        "We don't use Kubernetes",
        "No es necesario saber Terraform",
        "You don't need machine learning",
        "This is not a tech lead role",
    ],
)
def test_what_is_denied_counts_for_nothing(text: str) -> None:
    scored = described(SCORER, text)

    assert scored.score == 0.0
    assert [hit.negated for hit in scored.hits] == [True]


def test_a_leader_for_a_new_ai_team_is_strong_a_programmer_is_weak_and_a_guard_is_nothing() -> None:
    leader = SCORER.score(
        title="Head of Engineering, AI Platform",
        department="Engineering",
        description="Build the team from scratch: LLM agents on AWS, data pipelines and Kubernetes.",
    )
    spanish = SCORER.score(
        title="Ingeniero/a de datos senior",
        department="Tecnología",
        description="Plataforma de datos en Databricks, modelos de machine learning, migración a la nube.",
    )
    programmer = SCORER.score(
        title="PHP developer", department="IT", description="Laravel, Docker y JavaScript en un equipo pequeño."
    )
    guard = SCORER.score(title="Security guard", department="Facilities", description="Patrol the premises at night.")

    assert leader.label is Label.STRONG
    assert spanish.label is Label.STRONG
    assert programmer.label is Label.WEAK
    assert (guard.label, guard.top_category) == (Label.NONE, None)


def test_languages_alone_never_make_a_lead() -> None:
    found = SCORER.score(
        title="Python, Java and Go developer", department="", description="C++, Rust, React, TypeScript"
    )

    assert found.label is Label.NONE


def test_the_categories_and_their_spellings() -> None:
    assert list(CATALOG.category_names) == [
        "data",
        "ai",
        "cloud",
        "security",
        "platform",
        "seniority",
        "team-growth",
        "languages",
    ]
    assert CATALOG.keyword_count > 500
    assert all(sum(len(k.spellings) for k in c.keywords) >= 15 for c in CATALOG.categories)


def test_every_spelling_is_found_where_its_rules_are_met() -> None:
    missed = []
    for category in CATALOG.categories:
        for keyword in category.keywords:
            contexts = [variants(need)[0] for need in keyword.needs] or [""]
            for spelling in keyword.spellings:
                for form in variants(spelling):
                    texts = [text for context in contexts for text in (f"{form} {context}", f"{context} {form}")]
                    if not any(category.id in shown(text) for text in texts):
                        missed.append(form)

    assert missed == []


def test_the_catalog_has_no_problems_and_no_warnings() -> None:
    assert read_catalog(find_builtin("engineering-growth"), find_builtin).problems == ()
