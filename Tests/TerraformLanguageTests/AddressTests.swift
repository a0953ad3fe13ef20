import Testing

@testable import TerraformLanguage

@Suite("Addresses")
struct AddressTests {
    private static let text = """
        resource "aws_instance" "web" {
          count = 2
        }
        data "aws_ami" "a" {
        }
        variable "size" {
        }
        resource "variable" "size" {
        }
        resource aws_vpc bare {
        }
        resource "aws_\\u0069nstance" "escaped" {
        }
        module "a" {
          for_each = toset(["x"])
          source   = "./m"
        }
        locals {
        }
        locals {
        }
        check "a#2" {
        }
        provider "aws" {
          alias = "first"
        }
        provider "aws" {
          alias = "second"
        }

        """

    private let document: Document

    init() throws {
        document = try Document.parse(Array(Self.text.utf8), path: "main.tf")
    }

    @Test(
        "lead to blocks, and so do those of instances",
        arguments: [
            ("aws_instance.web", 1), ("aws_instance.web[0]", 1), ("aws_instance.web[\"a.b\"]", 1),
            ("data.aws_ami.a", 1),
            ("data.aws_ami.a[1]", 1), ("variable.size", 1), ("resource.variable.size", 1), ("aws_vpc.bare", 1),
            ("aws_instance.escaped", 1), ("module.a", 1), ("module.a[\"x\"]", 1), ("locals", 2), ("check[\"a#2\"]", 1),
            ("provider.aws", 2), ("module.a[\"x\"].aws_instance.web", 0), ("module.a.aws_instance.web", 0),
            ("aws_instance", 0),
            ("web", 0), ("", 0), ("aws_instance.web[", 0), ("aws_instance.web.0", 0),
        ])
    func blocks(address: String, count: Int) {
        #expect(document.blocks(at: address).count == count)
    }

    @Test("every block has a name of its own")
    func names() {
        let names = document.namedBlocks.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.suffix(5) == ["locals", "locals#2", "check[\"a#2\"]", "provider.aws", "provider.aws#2"])
        #expect(
            document.block(named: "provider.aws#2")?.body.attribute("alias")?.expression.literal == .string("second"))
        #expect(document.block(named: "provider.aws#3") == nil)
    }

    @Test(
        "are taken apart",
        arguments: [
            ("aws_instance.web", [], "aws_instance.web", nil),
            ("aws_instance.web[3]", [], "aws_instance.web", .number(3)),
            ("module.a.aws_x.y", ["a"], "aws_x.y", nil),
            ("module.a[\"x.y\"].module.b[0].data.t.n[\"k\\\"]\"]", ["a", "b"], "data.t.n", .text("k\"]")),
            ("module.a[\"${\"]", nil, "", nil), ("module.a[\"$${\"]", ["a"], "", nil), ("module.a", ["a"], "", nil),
            ("module", [], "module", nil),
            ("", nil, "", nil), (".", nil, "", nil), ("a.", nil, "", nil), ("a[0].b", nil, "", nil),
            ("a[0][1]", nil, "", nil), ("a b", nil, "", nil),
            ("a[x]", nil, "", nil), ("a[0", nil, "", nil), ("a[1.5]", nil, "", nil), ("a\n", nil, "", nil),
        ] as [(String, [String]?, String, BlockAddress.InstanceKey?)])
    func parts(text: String, modules: [String]?, block: String, key: BlockAddress.InstanceKey?) {
        let address = BlockAddress(text)
        #expect(address?.modules.map(\.name) == modules)
        guard let address else { return }
        #expect(address.block == block && address.key == key)
    }

    @Test("module instances keep their keys")
    func modules() throws {
        let address = try #require(BlockAddress("module.a[\"x\"].module.b[2].module.c.t.n"))
        #expect(address.modules.map(\.key) == [.text("x"), .number(2), nil])
    }
}
