"""The catalog that people use, on sentences as postings have them, in both languages."""

from __future__ import annotations

import pytest
from tests.unit.scoring.examples import builtin, described

from ats_core.domain.match import Label
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
        "Conocimientos de comercio exterior no imprescindibles",
        "We don't do cross-border payments",
        "No trabajamos con divisas",
        "You don’t need to know SEPA",
        "Without prior knowledge of ISO 20022 you can still apply",
        "This role does not involve invoices or FX",
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
