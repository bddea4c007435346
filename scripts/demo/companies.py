"""The four companies and their places. All invented; the prefixes were picked from 699, the youngest range of GS1 China."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.demo import identifiers


@dataclass(frozen=True, slots=True)
class Place:
    """One location of a company: `reference` is the number inside the company's GLN range."""

    key: str
    reference: int
    name: str
    english: str
    address: str
    city: str


@dataclass(frozen=True, slots=True)
class Company:
    """A member of the consortium; `key` is its short name in `Entry.member`, `prefix` its (invented) GS1 company prefix."""

    key: str
    prefix: str
    name: str
    english: str
    places: tuple[Place, ...]

    @property
    def gln(self) -> str:
        """The company's own GLN, 13 digits."""
        return identifiers.gln(self.prefix, 0)

    @property
    def party(self) -> str:
        """The company as a party, a URI."""
        return identifiers.party(self.gln)

    def at(self, key: str) -> str:
        """The URI of the place named `key`; StopIteration cannot happen for keys of this file."""
        return identifiers.place(identifiers.gln(self.prefix, next(place.reference for place in self.places if place.key == key)))


FARM = Company(
    "farm",
    "69991203",
    "射阳青禾滩生态牧场有限公司",
    "Qinghetan Ecological Dairy Farm Co., Ltd.",
    (
        Place("parlour", 1, "转盘挤奶厅", "Rotary milking parlour", "射阳县海通镇青禾路 1 号", "盐城市"),
        Place("tanks", 2, "储奶间", "Milk tank room", "射阳县海通镇青禾路 1 号", "盐城市"),
        Place("dock", 3, "装车台", "Tanker loading dock", "射阳县海通镇青禾路 1 号", "盐城市"),
    ),
)

PLANT = Company(
    "plant",
    "69992417",
    "扬州澄露乳业有限公司",
    "Yangzhou Chenglu Dairy Co., Ltd.",
    (
        Place("intake", 1, "收奶站", "Raw milk intake", "邗江区澄露路 18 号", "扬州市"),
        Place("laboratory", 2, "质量检测中心", "Quality laboratory", "邗江区澄露路 18 号", "扬州市"),
        Place("silos", 3, "贮奶罐区", "Silo yard", "邗江区澄露路 18 号", "扬州市"),
        Place("pasteuriser", 4, "巴氏杀菌间", "Pasteurising room", "邗江区澄露路 18 号", "扬州市"),
        Place("line1", 5, "灌装一线", "Filling line 1", "邗江区澄露路 18 号", "扬州市"),
        Place("line2", 6, "灌装二线", "Filling line 2", "邗江区澄露路 18 号", "扬州市"),
        Place("line3", 7, "娟姗专线", "Jersey filling line", "邗江区澄露路 18 号", "扬州市"),
        Place("packing", 8, "装箱码垛区", "Packing and palletising", "邗江区澄露路 18 号", "扬州市"),
        Place("coldstore", 9, "成品冷库", "Finished goods cold store", "邗江区澄露路 18 号", "扬州市"),
        Place("dock", 10, "发货月台", "Dispatch dock", "邗江区澄露路 18 号", "扬州市"),
    ),
)

CARRIER = Company(
    "carrier",
    "69993580",
    "江苏迅霜冷链物流有限公司",
    "Jiangsu Xunshuang Cold Chain Logistics Co., Ltd.",
    (
        Place("depot", 1, "扬州车场", "Yangzhou depot", "广陵区迅霜路 66 号", "扬州市"),
        Place("workshop", 2, "记录仪校准室", "Logger calibration room", "广陵区迅霜路 66 号", "扬州市"),
    ),
)

RETAILER = Company(
    "retailer",
    "69994762",
    "南京禾邻里超市有限公司",
    "Nanjing Helinli Supermarkets Co., Ltd.",
    (
        Place("dc", 1, "江宁配送中心", "Jiangning distribution centre", "江宁区禾邻路 9 号", "南京市"),
        Place("dccold", 2, "江宁配送中心冷库", "Jiangning distribution centre, cold store", "江宁区禾邻路 9 号", "南京市"),
        Place("shop1", 11, "禾邻里鼓楼店", "Helinli Gulou", "鼓楼区湖前路 102 号", "南京市"),
        Place("shop2", 12, "禾邻里新街口店", "Helinli Xinjiekou", "秦淮区石鼓里 36 号", "南京市"),
        Place("shop3", 13, "禾邻里河西店", "Helinli Hexi", "建邺区江月街 218 号", "南京市"),
        Place("shop4", 14, "禾邻里百家湖店", "Helinli Baijiahu", "江宁区双湖路 51 号", "南京市"),
        Place("shop5", 15, "禾邻里仙林店", "Helinli Xianlin", "栖霞区学衡路 7 号", "南京市"),
        Place("shop6", 16, "禾邻里玄武门店", "Helinli Xuanwumen", "玄武区台城里 88 号", "南京市"),
    ),
)

CUSTOMER = Company("customer", "69996208", "淮安聚鲜批发有限公司", "Huai'an Juxian Wholesale Co., Ltd.", ())  # no member
COMPANIES = (FARM, PLANT, CARRIER, RETAILER)
SHOPS = tuple(place.key for place in RETAILER.places if place.key.startswith("shop"))

TANKER = identifiers.asset(CARRIER.prefix, "TK-J3186")  # 12 t, three insulated compartments
REEFER = identifiers.asset(CARRIER.prefix, "RF-J7702")  # plant to distribution centre
VAN = identifiers.asset(CARRIER.prefix, "RF-J9051")  # distribution centre to shops
LOGGERS = {TANKER: "TL-0412", REEFER: "TL-0527", VAN: "TL-0533"}
