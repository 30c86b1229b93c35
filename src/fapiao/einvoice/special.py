"""Special business (特定业务): groups and fields by their official Chinese names, and what a receiver adds (入账信息).

Sources: 数电 XML (`SpecificInformation`), the field lists of 税务数字账户's issuing template and of 乐企, the rail, air and
receiver taxonomies of 电子凭证会计数据标准. A name not listed here is kept as written: nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lxml import etree

from fapiao.einvoice.names import fold
from fapiao.markup import local_name

BUSINESS = "特定业务类型"
BOOKING = "入账信息"
ADDITIONS = "附加要素"
_GROUPS = {
    "旅客运输服务": "PassengerTransportation PassengerTransport 旅客运输 旅客运输服务 LKYSFW",
    "货物运输服务": "CargoTransportation FreightTransportation GoodsTransportation FreightTransport 货物运输 货物运输服务 HWYSFW",
    "建筑服务": "Construction ConstructionService ConstructionServices BuildingService 建筑服务 JZFW",
    "不动产销售": "RealEstateSales RealEstateSale SaleOfRealEstate 不动产销售 BDCXS",
    "不动产经营租赁服务": "RealEstateLease RealEstateLeasing RealEstateRental RealEstateOperatingLease 不动产经营租赁"
    " 不动产经营租赁服务 BDCJYZL",
    "代收车船税": "VehicleAndVesselTax VehicleVesselTax CollectionOfVehicleAndVesselTax 代收车船税 DSCCS",
    "通行费": "Toll TollInformation Tolls 通行费 TXF",
    "机动车": "MotorVehicle MotorVehicles MotorVehicleSales 机动车 JDC",
    "二手车": "UsedCar UsedVehicle UsedCars SecondHandCar 二手车 ESC",
    "拖拉机和联合收割机": "TractorsAndCombineHarvesters Tractor 拖拉机和联合收割机",
    "医疗服务": "MedicalService MedicalServices 医疗服务",
    "成品油": "RefinedOil ProductOil 成品油 CPY",
    "农产品收购": "AgriculturalProductsPurchase 农产品收购",
}
_FIELDS = {
    "出行人": "Traveler TravelerName 出行人 CXR",
    "出行人证件类型": "TypeOfPassengerDocument TypeOfDocument 出行人证件类型 证件类型 SFZJLX",
    "有效身份证件号": "ValidIDNumber IdNumberOfTraveler 有效身份证件号 身份证件号码 SFZJHM",
    "出行日期": "TravelDate 出行日期 CXRQ",
    "出发地": "Departure PlaceOfDeparture 出发地 CFD",
    "到达地": "Destination PlaceOfArrival Arrival 到达地 目的地 DDD",
    "等级": "Grade SeatGrade 等级 座位等级 ZWDJ",
    "交通工具类型": "Vehicletype TypeOfVehicle 交通工具类型 JTGJLX",
    "运输工具种类": "TypeOfTransport TransportTool TypesOfTransportTools 运输工具种类 YSGJZL",
    "运输工具牌号": "PlateNumberOfTransport TransportToolPlateNumber 运输工具牌号 YSGJPH YSGJHP",
    "起运地": "PlaceOfShipment Origin 起运地 QYD",
    "运输货物名称": "NameOfGoods CargoName GoodsName NameOfTransportedGoods 运输货物名称 YSHWMC",
    "建筑服务发生地": "PlaceOfConstruction PlaceOfConstructionService LocationOfConstruction ConstructionSite 建筑服务发生地 JZFWFSD",
    "详细地址": "DetailedAddress DetailAddress 详细地址 XXDZ",
    "建筑项目名称": "ConstructionProjectName NameOfConstructionProject ProjectName 建筑项目名称 JZXMMC",
    "跨地（市）标志": "CrossCitySign CrossRegionFlag CrossCityFlag 跨地（市）标志 跨地市标志 KDSBZ",
    "土地增值税项目编号": "LandVATNumber LandValueAddedTaxNumber LandVatProjectNumber 土地增值税项目编号 TDZZSXMBH",
    "产权证书/不动产权证号": "PropertyCertificateNumber RealEstateCertificateNumber CertificateNumber 产权证书号 不动产权证号"
    " 房屋产权证书号 FWCQZSH CQZSH",
    "不动产地址": "RealEstateAddress AddressOfRealEstate 不动产地址 BDCDZ",
    "面积单位": "AreaUnit UnitOfArea 面积单位 MJDW",
    "租赁期起": "LeaseStartDate StartDateOfLease 租赁期起 租赁期起始日 ZLQQ",
    "租赁期止": "LeaseEndDate EndDateOfLease 租赁期止 租赁期终止日 ZLQZ",
    "租赁期起止": "LeaseTerm LeasePeriod 租赁期起止 ZLQQZ",
    "网签合同备案编号": "ContractRecordNumber OnlineContractNumber 网签合同备案编号 不动产单元代码",
    "核定计税价格": "AssessedTaxablePrice VerifiedTaxablePrice 核定计税价格 HDJSJG",
    "实际成交含税金额": "ActualTransactionAmount 实际成交含税金额 SJCJHSJE",
    "保险单号": "InsurancePolicyNumber PolicyNumber 保险单号 BXDH",
    "车牌号": "PlateNumber LicensePlateNumber 车牌号 车牌号码 车牌号/船舶登记号 CPH",
    "税款所属期": "TaxPeriod PeriodOfTax 税款所属期 SKSSQ",
    "代收车船税金额": "VehicleAndVesselTaxAmount 代收车船税金额 车船税 CCSJE",
    "滞纳金金额": "LateFee OverdueFine 滞纳金金额 滞纳金 ZNJJE",
    "金额合计": "TotalOfTaxAndFine 金额合计",
    "类型": "VehicleType 类型",
    "通行日期起": "StartDatesOfPassage PassageStartDate StartDateOfPassage 通行日期起 TXRQQ",
    "通行日期止": "EndDatesOfPassage PassageEndDate EndDateOfPassage 通行日期止 TXRQZ",
    "车辆类型": "MotorVehicleType 车辆类型 CLLX",
    "厂牌型号": "BrandModel BrandAndModel 厂牌型号 CPXH",
    "产地": "ProductOrigin PlaceOfOrigin PlaceOfProduction 产地 CD",
    "合格证号": "Certificate CertificateOfConformity QualificationCertificateNumber 合格证号 HGZH",
    "进口证明书号": "ImportCertificateNumber 进口证明书号 JKZMSH",
    "商检单号": "InspectionNumber CommodityInspectionNumber 商检单号 SJDH",
    "发动机号码": "EngineNumber 发动机号码 FDJHM",
    "车辆识别代号/车架号码": "VehicleIdentificationNumber VIN FrameNumber 车辆识别代号 车架号码 车架号 车辆识别代码/车架号码 CLSBDH CJH",
    "完税凭证号码": "TaxPaymentCertificateNumber 完税凭证号码 WSPZHM",
    "主管税务机关": "CompetentTaxAuthority 主管税务机关 主管税务机关名称",
    "吨位": "Tonnage 吨位",
    "限乘人数": "PassengerCapacity LimitedPassengers 限乘人数 XCRS",
    "登记证号": "RegistrationCertificateNumber 登记证号 DJZH",
    "转入地车辆管理所名称": "VehicleManagementOffice 转入地车辆管理所名称",
    "扣除额": "KCE Deduction 扣除额 差额征税扣除额",
}
_VOUCHER = {
    "业务类型": "TypeOfBusiness",
    "车次": "TrainNumber",
    "出发站": "DepartureStation",
    "到达站": "DestinationStation ArrivalStation",
    "乘车日期": "TravelDate",
    "出发时间": "DepartureTime",
    "席别": "SeatLevel SeatCategory",
    "车厢": "Carriage",
    "席位": "Seat SeatNumber",
    "空调特征": "AirConditioningCharacteristics",
    "票价": "Fare",
    "乘车人": "Name NameOfPassenger",
    "证件号码": "IdNumber",
    "电子客票号码": "ETicketNumber ElectronicTicketNumber ElectronicTicketNum",
    "原发票号码": "NumberOfOriginalInvoice",
    "原票价": "FareOfOriginalRailwayTicket",
    "退票金额": "AmountRefunded",
    "旅客姓名": "PassengerName",
    "有效身份证件号码": "ValidIdNumber",
    "签注": "Endorsement",
    "GP单号": "NumberOfGPOrder NumberOfGpOrder",
    "燃油附加费": "FuelSurcharge",
    "增值税税率": "VatRate",
    "税率": "TaxRate",
    "民航发展基金": "CivilAviationDevelopmentFund",
    "其他税费": "OtherTaxes",
    "保险费": "Insurance",
    "验证码": "VerificationCode",
    "提示信息": "PromptInformation",
    "销售网点代号": "AgentCode",
    "填开单位": "IssueParty",
    "开具状态": "IssuingStatus",
    "国内国际标识": "MarkingOfDomesticOrInternational",
    "航段": "FlightSegment",
    "承运人": "Carrier CarrierName",
    "航班号": "Flight FlightNumber",
    "座位等级": "Class SeatClass",
    "承运日期": "CarrierDate",
    "客票级别/客票类别": "FareBasis",
    "客票生效日期": "EffectiveDate",
    "有效截止日期": "ExpirationDate",
    "免费行李": "FreeBaggageAllowance",
}
_BOOKED = {
    "会计主体名称": "NameOfAccountingEntity",
    "会计主体统一社会信用代码": "UnifiedSocialCreditCodeOfAccountingEntity",
    "是否已入账": "WhetherInvoiceHasBeenBooked WhetherEinvoiceHasBeenBooked",
    "是否已查验": "WhetherInvoiceHasBeenChecked WhetherEinvoiceHasBeenChecked",
    "是否已付款": "WhetherInvoiceHasBeenPaid WhetherEinvoiceHasBeenPaid",
    "是否已用途确认": "WhetherEinvoiceUsageHasBeenConfirmed WhetherInvoiceHasBeenDeducted",
    "用途确认": "UsageConfirmation",
    "用途确认所属期": "PeriodOfUsageConfirmation TaxPeriodOfInvoiceDeduction",
    "合同号": "ContractNumber",
    "银行电子回单号": "NumberOfBankElectronicReceipt",
    "记账凭证编号": "NumberOfAccountingDocuments",
    "记账日期": "PostingDate",
    "会计期间": "AccountingPeriod",
    "摘要": "SummaryOfAccountingDocuments",
}


def _table(rows: dict[str, str]) -> dict[str, str]:
    """Names as written and, where nothing else is written so, folded: Vehicletype and VehicleType differ."""
    exact = {name: label for label, names in rows.items() for name in names.split()}
    return {fold(name): label for name, label in exact.items()} | exact


_GROUP_NAMES, _FIELD_NAMES = _table(_GROUPS), _table(_FIELDS)
VOUCHER = {name: label for label, names in _VOUCHER.items() for name in names.split()}
"""What the rail and air taxonomies say beside an invoice's own fields, by exact element name."""
BOOKED = {name: label for label, names in _BOOKED.items() for name in names.split()}
"""What a receiver adds to a voucher, by exact element name."""


@lru_cache(maxsize=1024)
def business_of(name: str) -> str | None:
    """Return the special business that a group's name means."""
    return _GROUP_NAMES.get(fold(name))


@lru_cache(maxsize=1024)
def special_field_of(name: str) -> str:
    """Return a special field's official Chinese name; a name not known stays as written."""
    return _FIELD_NAMES.get(name) or _FIELD_NAMES.get(fold(name), name)


def special_fields(groups: list[etree._Element]) -> dict[str, Any]:
    """Return what groups of one special business say: a text a field, or a list where the group repeats.

    Lists of one business are equally long, ``None`` where a record lacks the field, so that they can be read as a table.
    """
    records = [dict(_leaves(group)) for group in groups]
    names = list(dict.fromkeys(name for record in records for name in record))
    if len(records) == 1:
        return records[0]
    return {name: [record.get(name) for record in records] for name in names}


def _leaves(group: etree._Element) -> Iterator[tuple[str, str]]:
    for child in group.iter():
        text = (child.text or "").strip()
        name = local_name(child)
        if name and not len(child) and text:
            yield special_field_of(name), text
        for attribute, value in child.attrib.items():
            if value.strip() and str(attribute)[0] != "{":
                yield special_field_of(str(attribute)), str(value).strip()
