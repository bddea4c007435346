"""Master data for the header of each company's first document: places, parties, products.

Attribute ids are those of CBV 2.0 (cbvmda) where there is one; English names and what CBV has no word for are ours (tl).
"""

from __future__ import annotations

from typing import Any

from scripts.demo import identifiers
from scripts.demo.companies import CUSTOMER, PLANT, Company, Place
from scripts.demo.products import PRODUCTS, Product

VTYPE = "urn:epcglobal:epcis:vtype:"


def vocabularies(company: Company) -> list[dict[str, Any]]:
    """`vocabularyList` of one company: its places, itself as a party, its products if it makes any."""
    places = [_element(identifiers.place(identifiers.gln(company.prefix, place.reference)), _place(place)) for place in company.places]
    parties = [company, CUSTOMER] if company is PLANT else [company]
    lists = {"BusinessLocation": places, "SourceDest": [_element(one.party, _party(one)) for one in parties]}
    products = [_element(identifiers.product(product.gtin), _product(product)) for product in PRODUCTS if product.maker is company]
    lists |= {"EPCClass": products} if products else {}
    return [{"type": VTYPE + kind, "vocabularyElementList": elements} for kind, elements in lists.items()]


def _element(code: str, attributes: dict[str, str]) -> dict[str, Any]:
    return {"id": code, "attributes": [{"id": name, "attribute": value} for name, value in attributes.items() if value]}


def _place(place: Place) -> dict[str, str]:
    return {
        "cbvmda:name": place.name,
        "tl:nameEn": place.english,
        "cbvmda:streetAddressOne": place.address,
        "cbvmda:city": place.city,
        "cbvmda:state": "江苏省",
        "cbvmda:countryCode": "CN",
    }


def _party(company: Company) -> dict[str, str]:
    return {
        "cbvmda:name": company.name,
        "tl:nameEn": company.english,
        "cbvmda:countryCode": "CN",
        "tl:note": "虚构企业,虚构厂商识别代码 / invented company, invented GS1 company prefix",
    }


def _product(product: Product) -> dict[str, str]:
    return {
        "cbvmda:descriptionShort": product.name,
        "tl:descriptionShortEn": product.english,
        "tl:brand": product.brand,
        "tl:netContent": product.net_content,
        "cbvmda:manufacturerOfTradeItemPartyName": product.maker.name,
        "tl:manufacturerEn": product.maker.english,
        "cbvmda:countryOfOrigin": "CN",
        "tl:shelfLifeDays": str(product.shelf_days or ""),
        "tl:pieceQuantity": str(product.kilograms or ""),
        "tl:pieceUom": "KGM" if product.kilograms else "",
        "tl:yieldMin": "0.97" if product.maker is PLANT else "",
        "tl:yieldMax": "1" if product.maker is PLANT else "",
    }
