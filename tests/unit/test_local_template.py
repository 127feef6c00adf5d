"""How the runner reads a template: CloudFormation's functions, SAM's Globals, this machine's names."""

from pathlib import Path

import pytest

from local.cloudformation.template import Addresses, Template, read_template
from local.machine.refusal import Refusal

ADDRESSES = Addresses("http://aws", "http://gateway", "http://gateway/issuer", "http://pages")

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Size: {Type: String, Default: small, AllowedValues: [small, large]}
  Zones: {Type: CommaDelimitedList, Default: "a,b,c"}
Mappings:
  Seconds: {small: {wait: 5}, large: {wait: 50}}
Conditions:
  Large: !Equals [!Ref Size, large]
  NotLarge: !Not [!Condition Large]
Globals:
  Function:
    Timeout: 7
    Layers: [!Ref Shared]
    Environment: {Variables: {EVERYWHERE: "yes", STAGE: global}}
Resources:
  Shared: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer}}
  Table: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST}}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${AWS::StackName}-work"}}
  Bucket: {Type: AWS::S3::Bucket}
  Api: {Type: AWS::Serverless::HttpApi}
  OnlyLarge: {Type: AWS::SQS::Queue, Condition: Large}
  Function:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code
      AutoPublishAlias: live
      Layers: [other]
      Environment:
        Variables:
          STAGE: own
          VALUE: %s
Outputs:
  Value: {Value: !Ref Table}
"""


def read(tmp_path: Path, text: str, **parameters: str) -> Template:
    path = tmp_path / "template.yaml"
    path.write_text(text)
    return read_template(path, "demo", parameters, ADDRESSES)


def value_of(tmp_path: Path, expression: str, **parameters: str) -> object:
    template = read(tmp_path, TEMPLATE % expression, **parameters)
    return template.resources["Function"].properties["Environment"]["Variables"].get("VALUE", "absent")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("!Ref Size", "small"),
        ("!Ref Zones", ["a", "b", "c"]),
        ("!Ref Table", "demo-Table"),
        ("!Ref Bucket", "demo-bucket"),
        ("!Ref Queue", "http://aws/000000000000/demo-work"),
        ("!GetAtt Queue.Arn", "arn:aws:sqs:ap-southeast-1:000000000000:demo-work"),
        ("!GetAtt Queue.QueueName", "demo-work"),
        ("!GetAtt Table.StreamArn", "arn:aws:dynamodb:ap-southeast-1:000000000000:table/demo-Table/stream/latest"),
        ("!GetAtt [Bucket, Arn]", "arn:aws:s3:::demo-bucket"),
        ("{'Fn::GetAtt': [Bucket, Arn]}", "arn:aws:s3:::demo-bucket"),
        ("!Ref Function.Alias", "arn:aws:lambda:ap-southeast-1:000000000000:function:demo-Function:live"),
        ("!Sub '${Function.Alias}'", "arn:aws:lambda:ap-southeast-1:000000000000:function:demo-Function:live"),
        ("!Sub '${Table} in ${AWS::Region}, ${!Literal}'", "demo-Table in ap-southeast-1, ${Literal}"),
        ("!Sub ['${A}-${Size}', {A: !Select [1, !Ref Zones]}]", "b-small"),
        ("!Join ['-', [x, !Ref Size]]", "x-small"),
        ("!Select [1, !Split ['@', a@b.example]]", "b.example"),
        ("!FindInMap [Seconds, !Ref Size, wait]", 5),
        ("!If [NotLarge, yes it is, no]", "yes it is"),
        ("!If [Large, 1, !Ref AWS::NoValue]", "absent"),
        ("!Sub 'https://${Api}.execute-api.${AWS::Region}.amazonaws.com/live'", "http://gateway/api/live"),
        ("!Sub 'wss://${Api}.execute-api.${AWS::Region}.amazonaws.com/live'", "ws://gateway/api/live"),
        ("!Sub 'https://${Bucket}.s3.${AWS::Region}.amazonaws.com/x'", "http://aws/demo-bucket/x"),
        ("!Sub 'https://x.auth.${AWS::Region}.amazoncognito.com'", "http://gateway/issuer"),
    ],
)
def test_functions_are_resolved(tmp_path: Path, expression: str, value: object) -> None:
    assert value_of(tmp_path, expression) == value


def test_globals_are_merged_as_sam_merges_them(tmp_path: Path) -> None:
    function = read(tmp_path, TEMPLATE % "x").resources["Function"].properties
    assert function["Timeout"] == 7
    assert function["Layers"] == ["arn:aws:lambda:ap-southeast-1:000000000000:layer:demo-Shared:1", "other"]
    assert function["Environment"]["Variables"]["EVERYWHERE"] == "yes"
    assert function["Environment"]["Variables"]["STAGE"] == "own"


def test_a_resource_is_there_when_its_condition_holds(tmp_path: Path) -> None:
    assert "OnlyLarge" not in read(tmp_path, TEMPLATE % "x").resources
    assert "OnlyLarge" in read(tmp_path, TEMPLATE % "x", Size="large").resources


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("!Ref Nobody", "refers to Nobody"),
        ("!GetAtt Nobody.Arn", "refers to Nobody"),
        ("!If [Tall, 1, 2]", "names the condition Tall"),
        ("!FindInMap [Seconds, medium, wait]", "finds no Seconds.medium.wait"),
        ("!ImportValue x", "uses Fn::ImportValue"),
        ("!Select [9, [a]]", "has a malformed function"),
        ("!Ref OnlyLarge", "refers to OnlyLarge"),
    ],
)
def test_what_cannot_be_resolved_is_refused_with_its_place(tmp_path: Path, expression: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence) as refusal:
        value_of(tmp_path, expression)
    assert "Function" in str(refusal.value)


def test_a_parameter_without_a_value_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="needs a value for parameter Name"):
        read(tmp_path, "Parameters: {Name: {Type: String}}\nResources: {}")


def test_a_date_stays_text(tmp_path: Path) -> None:
    template = read(tmp_path, "Resources: {A: {Type: T::A::B, Properties: {Version: 2012-10-17}}}")
    assert template.resources["A"].properties == {"Version": "2012-10-17"}
