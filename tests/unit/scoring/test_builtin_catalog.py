"""The catalog that people use, on sentences as postings have them, in both languages."""

from __future__ import annotations

import pytest
from tests.unit.scoring.examples import builtin, described

from ats_adapters.catalogs import find_builtin
from ats_core.domain.match import Label
from ats_core.scoring.catalog_format import read_catalog
from ats_core.scoring.scorer import Scorer
from ats_core.scoring.spelling import variants

CATALOG = builtin()
SCORER = Scorer(CATALOG)


def shown(text: str) -> list[str]:
    return [hit.category for hit in described(SCORER, text).hits if not hit.negated]


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Definirás la política de cobertura de divisas del grupo.", "currency-fx"),
        ("Seguimiento del riesgo de tipo de cambio y contratación de seguros de cambio.", "currency-fx"),
        ("Own our FX exposure and execute currency forwards.", "currency-fx"),
        ("Gestión de cuentas multidivisa.", "currency-fx"),
        ("Manejo de cuentas en USD y libras.", "currency-fx"),
        ("Ejecución de pagos internacionales a proveedores.", "cross-border-payments"),
        ("You will scale cross-border payments in LATAM.", "cross-border-payments"),
        ("Emisión de remesas SEPA y conciliación.", "cross-border-payments"),
        ("transferencias sepa y adeudos", "cross-border-payments"),
        ("International bank transfers to vendors", "cross-border-payments"),
        ("A sound knowledge of FX", "currency-fx"),
        ("Europe's No.1 FX provider", "currency-fx"),
        ("Cierre contable, gestión de caja y bancos", "treasury"),
        ("Integrate 3DS with the PSP", "payment-stack"),
        ("Experience with SWIFT gpi and ISO 20022.", "cross-border-payments"),
        ("SWIFT Payments Operations", "cross-border-payments"),
        ("Integrar transferencias SWIFT con nuestros bancos.", "cross-border-payments"),
        ("Conciliación bancaria internacional y multidivisa.", "cross-border-payments"),
        ("Técnico/a de tesorería: posición de caja y relaciones bancarias.", "treasury"),
        ("Implement cash pooling across subsidiaries.", "treasury"),
        ("Cash-flow forecasting for the group", "treasury"),
        ("Departamento de comercio exterior: incoterms y cartas de crédito.", "international-trade"),
        ("Area Manager Export para el norte de Europa", "international-trade"),
        ("Export our products to customers in Asia", "international-trade"),
        ("Experiencia exportando: exportamos a 40 países", "international-trade"),
        ("Lanzar la tienda online en nuevos países con Shopify Markets", "international-ecommerce"),
        ("Lead our e-commerce in international markets", "international-ecommerce"),
        ("Plan de internacionalización y apertura de nuevos mercados", "markets-abroad"),
        ("Country Manager Italia", "markets-abroad"),
        ("No experience? No problem: our treasury trains you", "treasury"),
        ("Somos un SaaS con clientes en 30 países", "saas-abroad"),
        ("Multi-currency billing for subscriptions", "saas-abroad"),
        ("Integraciones con Adyen, Redsys y Bizum", "payment-stack"),
        ("We pay contractors with Wise and local bank transfers", "payment-stack"),
        ("Pasarelas de pago y prevención del fraude", "payment-stack"),
        ("Terraform, GCP and Kubernetes", "cloud-stack"),
        ("Performance marketing con HubSpot", "growth-stack"),
        ("Intercambio de divisas", "currency-fx"),
        ("Hedging our currency exposure with forwards", "currency-fx"),
        ("Wire transfers to suppliers abroad", "cross-border-payments"),
        ("Settlement of cross-border payments", "cross-border-payments"),
        ("Import/export of goods to Africa", "international-trade"),
        ("Pagos con SWIFT y SEPA", "cross-border-payments"),
        ("Invoices in USD and GBP", "currency-fx"),
        ("Vendemos en Mercado Libre", "international-ecommerce"),
        ("Idiomas: inglés para mercados internacionales", "markets-abroad"),
        ("Letter of credit to our suppliers in China", "international-trade"),
        ("Aduanas y despacho de mercancías", "international-trade"),
        ("We buy in dollars and sell in pounds; you look after the margin.", "currency-fx"),
        ("Minimizar el impacto de las fluctuaciones del dólar en el margen.", "currency-fx"),
        ("Experience of accounting in more than one currency.", "currency-fx"),
        ("Bills of materials priced in yuan; you track how it moves.", "currency-fx"),
        ("Pagarás a nuestros colaboradores en quince países.", "cross-border-payments"),
        ("Emitir transferencias a proveedores de China y Turquía.", "cross-border-payments"),
        ("We help migrants send earnings to their families back home.", "cross-border-payments"),
        ("Pay hosts in 30 countries every week.", "cross-border-payments"),
        ("Llevarás la relación con los bancos y negociarás las condiciones de financiación.", "treasury"),
        ("You forecast cash for the next thirteen weeks.", "treasury"),
        ("Optimise our bank account structure.", "treasury"),
        ("Confirming, factoring y descuento de pagarés.", "treasury"),
        ("Book containers from Ningbo to Valencia.", "international-trade"),
        ("Clasificación arancelaria de mercancías.", "international-trade"),
        ("Sourcing garments in India and Pakistan.", "international-trade"),
        ("Traemos café de Etiopía y Colombia.", "international-trade"),
        ("Tienda Shopify multipaís con envíos a EEUU.", "international-ecommerce"),
        ("You will own conversion of our German webshop.", "international-ecommerce"),
        ("Sell our cosmetics through Amazon in Germany, Italy and France.", "international-ecommerce"),
        ("Queremos abrir Francia este año.", "markets-abroad"),
        ("Delegado comercial para Portugal y Francia", "markets-abroad"),
        ("First hire in our new Warsaw office.", "markets-abroad"),
        ("More than 300 stores across Europe.", "markets-abroad"),
        ("Two thirds of our ARR comes from outside Iberia.", "saas-abroad"),
        ("Vendemos nuestro software por suscripción en Europa y Latinoamérica.", "saas-abroad"),
        ("Negociar tasas con adquirentes y procesadores.", "payment-stack"),
        ("Reduce declines and raise approval rates with our acquirers.", "payment-stack"),
        ("Migrar los servidores a la nube de Amazon.", "cloud-stack"),
        ("Captación de usuarios de pago: SEM, Facebook Ads y TikTok Ads.", "growth-stack"),
    ],
)
def test_phrases_of_the_trade_are_found(text: str, category: str) -> None:
    assert category in shown(text)


@pytest.mark.parametrize(
    "text",
    [
        "iOS developer with Swift, UIKit and payments experience",
        "Swift engineer",
        "We move fast: swift payments to all",
        "Exportar datos a CSV y Excel para los clientes",
        "Ability to export reports for customers",
        "Salary: USD 120,000 per year plus equity and payments of bonus",
        "Retribución: 60.000 USD brutos anuales según facturas",
        "Transferencias internacionales de datos conforme al RGPD",
        "Cross-border transfers of personal data",
        "A wise choice for your career",
        "Administer Exchange Server and Office 365",
        "Student exchange programme",
        "Exchange ideas with colleagues from Europe",
        "Telephone exchange operator",
        "We look forward to meeting you",
        "Please forward your CV",
        "Forward-thinking company",
        "Trim the hedge and mow the lawn",
        "Gardener: hedging, planting and risk of falls",
        "Hedge fund analyst in equities",
        "Wire the house: electrician",
        "Wiring harness technician",
        "Out-of-court settlement of claims",
        "Settlement negotiations in employment law",
        "Compliance officer, GDPR",
        "Cumplimiento normativo (compliance)",
        "Export the function as a module",
        "export default function in JavaScript",
        "Exportar informes a Excel",
        "Importar datos de clientes",
        "Swift, Kotlin and Flutter apps for banking payments",
        "USD 90k salary per year, payments monthly",
        "Sueldo: 3.000 USD al mes",
        "Mercado libre de la energía",
        "Cash management at the till",
        "Remesa de pedidos al almacén",
        "A treasure hunt with the treasurer of the club",
        "US Treasury bonds",
        "Bank holidays are paid",
        "Payment of travel expenses",
        "International team in a global company",
        "Stripe pattern textile designer",
        "We segment markets and customers in sales",
        "Amplitude of the signal",
        "Snowflake obsidian",
        "Azure skies over the coast",
        "Docker de puerto",
        "Divisa ganadera de la plaza de toros",
        "Moneda de colección",
        "Options trading",
        "A swap of shifts between colleagues",
        "Shift swaps and stock options",
        "Carta de motivación",
        "The company is traded on the stock exchange",
        "Customs and traditions",
        "Cliente internacional",
        "Corridor payments",
        "Wise man's words",
        "PayPal en el pie de página: cookies",
        "We never ask candidates for a wire transfer",
        "Inscripción en la Tesorería General de la Seguridad Social",
        "VFX artist, FX and compositing",
        "Senior FX TD",
        "Lead FX Technical Director",
        "Music and FX for mobile games",
        "Dominio de 3ds Max, Maya y Blender",
        "Buscamos una persona que sepa inglés y que se sepa organizar",
        "Atención al cliente, reposición, gestión de caja y probadores",
        "Open and close the store: cash management, stock",
        "Venta de luz y gas en el mercado libre a pymes",
        "A key fob for the car park",
        "TODO CANDIDATO QUE SEPA INGLES",
        "Informes de riesgo de cambio climático",
        "Cookies de PayPal y Stripe en esta web",
        "Afinación con diapasón",
        "Conocimiento de tipo de cambio automático",
        "Pay by bank transfer each month to your account in USD",
        "We segment our users",
        "The team of the future, with the best people",
        "No dudes en escribirnos",
        "La divisa del equipo es verde.",
        "Find host families for foreign exchange students.",
        "The valuation of targets for a strategic acquirer",
        "Camarero en hotel con clientes extranjeros.",
        "We may transfer your data to our offices in the US.",
        "Candidates must be located in Portugal or Spain.",
        "Visa sponsorship for candidates from abroad.",
        "Dinámica de equipo en un ambiente internacional con compañeros de 30 países.",
        "Bonus paid in USD every quarter.",
        "Pago a proveedores nacionales y conciliación.",
        "Traslado de pacientes extranjeros.",
        "Transfer of patients to the Paris clinic.",
        "Containers with food waste",
        "Banco de sangre: extracción a donantes.",
        "Drive the forwarder in our forests.",
        "Operario de planta en Murcia.",
        "Concesionario de coches alemanes.",
        "Traductor de alemán a español.",
        "Experimentos de química en el laboratorio.",
        "Mercado municipal: puesto de fruta.",
        "The ideal candidate is friendly",
        "IDEAL CANDIDATE: FRIENDLY AND ORGANISED",
        "Confirming appointments with patients",
        "Improve closing rates of the inside sales team",
        "Nel nostro team cerchiamo uno sviluppatore",
        "DUA y metodologías activas en las aulas de primaria",
        "Your duties: receiving goods and cleaning the warehouse",
        "A cargo de un equipo internacional",
        "You keep our Dublin office tidy.",
        "Process the salaries of 400 employees in Germany.",
        "We launch careers: job openings in London.",
        "Modules export and import functions.",
        "The club is looking for a volunteer treasurer.",
        "Experience in a multinational environment",
        "Abrirás la tienda y harás el arqueo y los cobros con tarjeta.",
        "Work from home, with great earnings for your family.",
        "A competitive salary in line with the UK market",
        "Stays abroad of three months for researchers.",
        "Suscripciones a un periódico regional.",
        "Escríbenos a pagos.internacionales@acme.example o en https://acme.example/treasury",
    ],
)
def test_words_of_another_trade_are_not(text: str) -> None:
    assert shown(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "No experience with AWS required",
        "Sin experiencia en AWS",
        "No es necesaria experiencia en tesorería",
        "Treasury experience is not required",
        "AWS experience, but not required",
        "Kyriba, aunque no imprescindible",
        "We don't export anything",
        "Conocimientos de comercio exterior no imprescindibles",
        "We don't do cross-border payments",
        "No trabajamos con divisas",
        "You don’t need to know SEPA",
        "Without prior knowledge of ISO 20022 you can still apply",
        "This role does not involve invoices or FX",
        "The role does not include cash management",
        "Cash management is handled by another team",
        "La gestión de tesorería no forma parte de este puesto",
    ],
)
def test_what_is_denied_counts_for_nothing(text: str) -> None:
    scored = described(SCORER, text)

    assert scored.score == 0.0
    assert [hit.negated for hit in scored.hits] == [True]


def test_a_treasury_posting_with_fx_is_strong_and_a_shop_assistant_is_nothing() -> None:
    treasury = SCORER.score(
        title="Analista de Tesorería Internacional",
        department="Finanzas",
        description="Cobertura de divisas, pagos internacionales y cash pooling.",
    )
    export = SCORER.score(
        title="Export Area Manager",
        department="Ventas",
        description="Abrirás mercados internacionales; dominio de incoterms y cartas de crédito.",
    )
    engineer = SCORER.score(
        title="Backend Engineer", department="Technology", description="AWS, Kubernetes, HubSpot and Stripe."
    )
    shop = SCORER.score(title="Dependiente/a de tienda", department="Retail", description="Atención al cliente.")

    assert (treasury.label, treasury.top_category) == (Label.STRONG, "treasury")
    assert (export.label, export.top_category) == (Label.MEDIUM, "international-trade")
    assert (engineer.label, engineer.top_category) == (Label.WEAK, "payment-stack")
    assert (shop.label, shop.top_category) == (Label.NONE, None)


@pytest.mark.parametrize(
    "title", ["Import/Export Assistant", "Comercial exportación", "International Ecommerce Manager"]
)
def test_a_title_of_the_trade_is_enough_for_a_medium_label(title: str) -> None:
    assert SCORER.score(title=title, department="", description="").label is Label.MEDIUM


def test_every_spelling_is_found_where_its_rules_are_met() -> None:
    missed = []
    for category in CATALOG.categories:
        for keyword in category.keywords:
            context = variants(keyword.needs[0])[0] if keyword.needs else ""
            for spelling in keyword.spellings:
                for form in variants(spelling):
                    for text in (f"{form} {context}", f"{context} {form}"):
                        if category.id not in shown(text):
                            missed.append(text)

    assert missed == []


def test_the_default_catalog_has_no_problems_and_no_warnings() -> None:
    assert read_catalog(find_builtin("international-payments"), find_builtin).problems == ()
    assert read_catalog(find_builtin("base-languages")).problems == ()


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("Treasury analyst: hedging of FX exposure", ("currency-fx", "treasury")),
        ("Pagos internacionales en divisas", ("currency-fx", "cross-border-payments")),
        ("Cartas de crédito y cobertura de divisas", ("currency-fx", "international-trade")),
        ("Tienda online internacional con Adyen", ("international-ecommerce", "payment-stack")),
    ],
)
def test_what_tells_more_together_earns_more_together(text: str, together: tuple[str, str]) -> None:
    scored = described(SCORER, text)

    assert together in [synergy.categories for synergy in scored.synergies]
    assert scored.score > sum(hit.points for hit in scored.hits)


def test_synergies_make_no_lead_of_what_only_shows_the_kind_of_company() -> None:
    scored = described(SCORER, "AWS, Kubernetes, HubSpot and Series B")

    assert (scored.synergies, scored.label) == ((), Label.NONE)
