/// Texts that Terraform reads: every expression in every place, and whole files.
enum Corpus {
    static let expressions: [String] = [
        // Literals.
        "1", "-1", "- 1", "0", "007", "1.5", "1e5", "1.5e+3", "2E-7", "1e-2000000", "1E0000000009", "true", "false",
        "null", "\"\"", "\"text\"",
        "\"å 日本語 🙂\"", "\"e\u{301}\"", "\"a\\tb\\n\\r\\\"\\\\\"", "\"\\u00e9\\U0001F642\"",
        "\"# no // comment /* here\"",
        "\"\u{202E}\"", "\"\u{0}\u{B}\"", "\"'`;&|~^\"",
        // Templates.
        "\"${a}\"", "\"x${a}y${b}z\"", "\"${\"${\"x\"}\"}\"", "\"x${var.a == \"}\" ? \"${b}\" : \"{\"}y\"", "\"$\"",
        "\"$$\"",
        "\"%\"", "\"100%\"", "\"$${a}\"", "\"%%{a}\"", "\"$$${a}\"", "\"$%{ if a }b%{ endif }\"", "\"{$}\"",
        "\"${~ a ~}\"",
        "\"%{ if a }b%{ else }c%{ endif }\"", "\"%{~ if a ~} b %{~ else ~} c %{~ endif ~}\"",
        "\"%{ for x in l }${x},%{ endfor }\"", "\"%{ for k, v in m }%{ if v }${k}%{ endif }%{ endfor }\"",
        "\"${ { a = 1 }[\"a\"] }\"", "\"${[for x in l : \"${x}\"][0]}\"", "\"${a /* c */}\"", "\"${\n  a\n}\"",
        // References.
        "a", "var.a", "aws_instance.web.id", "a.0", "a.0.b", "a[0]", "a[0][1]", "a[\"x\"]", "a[b.c]", "a[-1]",
        "a[\n  0\n]",
        "a[*]", "a[*].b[0].c", "a.*", "a.*.b.0", "module.m[\"x\"].y", "\"x\"[0]", "[1][0]", "{ a = 1 }.a", "f(x).y",
        "(a).b",
        // Functions.
        "f()", "f(a)", "f(a,)", "f(a, b...)", "f(\n  a,\n  b,\n)", "f(g(h(1)))", "provider::aws::arn_parse(\"x\")",
        "core::max(1, 2)",
        // Operators.
        "!a", "!!a", "-a", "--a", "-a[0]", "a + b - c * d / e % f", "a-b", "a - -b", "a == b && c != d || !e", "a<b",
        "a >= b",
        "a ? b : c", "a ? b : c ? d : e", "a ? b ? c : d : e", "(a\n+ b\n)", "((a))", "(\n  a ?\n  b :\n  c\n)", "-(1)",
        // Tuples and objects.
        "[]", "[1]", "[1, \"a\", true,]", "[\n]", "[\n  1, # one\n  2,\n]", "[[1], [2]]", "[a, [b, { c = d }]]",
        "{}", "{ a = 1 }", "{ a = 1, b = 2 }", "{ a = 1, b = 2, }", "{ a : 1 }", "{\n  a = 1\n  b = 2\n}",
        "{\n  a = 1,\n  b = 2,\n}", "{\n  # only a comment\n}",
        "{ \"a\" = 1, \"b-${c}\" = 2, (d) = 3, (\"e\") = 4, 5 = 6 }",
        "{ a = 1\n  b = 2 }", "{ a = { b = { c = 1 } } }", "{ a = 1, for = 2 }", "{ a = 1, a = 2 }",
        "{ true = 1, null = 2 }",
        "{ a.b = 1 }", "{ a = /* c */ 1 /* d */, /* e */ b = 2 }",
        // For.
        "[for x in l : x]", "[for k, v in m : v if v != null]", "{ for x in l : x => f(x) }",
        "{ for k, v in m : k => v... if v }",
        "[\n  for x in l :\n  x\n]", "{\n  for k, v in m :\n  k => v\n}", "[for x in [for y in z : y] : x]",
        // Comments.
        "/* c */ a", "a /* c */ + /* d */ b", "(a # c\n// d\n+ b)", "f(/* none */)", "[ # c\n  1\n]",
    ]

    /// Heredocs, which end with their line.
    static let heredocs: [String] = [
        "<<EOT\nEOT", "<<EOT\ntext\nEOT", "<<-EOT\n    text\n      more\n    EOT",
        "<<EOT\n  EOT2\n}\n\"quotes\"\n  EOT",
        "<<EOT\n${a}${b}\nEOT", "<<EOT\n%{ if a }\nb\n%{ endif }\nEOT", "<<EOT\n$${a} %%{b} $ % \\n \\\nEOT",
        "<<A-1\nx\nA-1",
        "<<_x\n# no comment\n/* nor this\n_x", "<<EOT\n${ {\n  EOT = 1\n} }\nEOT", "<<EOT\nx\n\tEOT \t",
        "<<EOT\n${<<IN\nx\nIN\n}\nEOT",
        "<<é\nx\né", "<<-EOT\n\n  a\n\n\n  EOT",
    ]

    /// `@` stands for the expression.
    static let places: [String] = [
        "a = @\n", "a = @", "\u{FEFF}a = @\n", "a=@# c\n", "r \"t\" \"n\" {\n  a = @\n}\n",
        "r t n {\n  b {\n    c \"l\" {\n      a = @\n    }\n  }\n  z = 1\n}\n", "r { a = @ }\n", "a = [@, @]\n",
        "a = {\n  x   = @\n  yyy = 2 # c\n}\n", "a = f(1, @)\n", "a = \"x${@}y\"\n", "a = b ? @ : @\n",
    ]

    static let heredocPlaces: [String] = [
        "a = @\n", "r \"t\" \"n\" {\n  a = @\n  b = 1\n}\n", "a = f(@\n, 2)\n", "a = [\n  @\n  , @\n]\n",
        "a = {\n  x = @\n  y = 2\n}\n",
        "a = \"x${@\n}y\"\n",
    ]

    static var generated: [String] {
        let filled = { (places: [String], texts: [String]) in
            texts.flatMap { text in places.map { $0.replacing("@", with: text) } }
        }
        let texts = filled(places, expressions) + filled(heredocPlaces, heredocs)
        return texts
            + texts.enumerated().filter { $0.offset % 5 == 0 && $0.element.contains("\n") }
            .map { $1.replacing("\n", with: "\r\n") }
    }

    /// Whole files.
    static let files: [(name: String, text: String)] = [
        ("empty", ""), ("a byte order mark alone", "\u{FEFF}"), ("a line break", "\n"), ("blanks", "  \t \n\t"),
        ("comments of all kinds", "# one\n// two\n/* three\n */\n/**/ # four"),
        ("a comment that ends the text", "a = 1 # x"), ("an empty comment that ends the text", "a = 1#"),
        ("a comment that ends with a carriage return", "# x\r\n/* y\r\n */\r\n"),
        ("mixed line ends", "a = 1\r\nb = 2\nc = <<X\r\ny\nX\r\n"),
        ("blocks on one line", "v \"x\" {}\nl { a = 1 }\nm {\n}\n"),
        ("labels", "a b \"c\" \"d e\" \"\\u0066\" \"$${g}\" \"\" {\n}\n"),
        ("comments around labels", "a /* b */ \"c\" /* d */ {\n}\n"),
        ("comments everywhere", "/* a */ b /* c */ = /* d */ 1 /* e */ # f\nl { /* g */ h = 2 /* i */ }\n"),
        ("an attribute and a block of one name", "a = 1\na {\n}\n"),
        ("names", "_ = 1\na-b = 2\nå1 = 3\n名 = 4\nfor = 5\ntrue = 6\n"),
        (
            "dynamic blocks",
            """
            resource "t" "n" {
              dynamic "setting" {
                for_each = var.settings
                iterator = each_one
                content {
                  name = each_one.value["name"]
                }
              }
            }

            """
        ),
        (
            "a file as people write it",
            """
            terraform {
              required_version = ">= 1.5"
            }

            variable "sizes" {
              type    = map(object({ cpu = number, name = optional(string, "x") }))
              default = { web = { cpu = 2 } }

              validation {
                condition     = alltrue([for s in values(var.sizes) : s.cpu > 0])
                error_message = "No machine without a processor."
              }
            }

            # The web servers.
            resource "aws_instance" "web" {
              for_each      = var.sizes
              instance_type = each.value.cpu > 2 ? "m5.large" : "t3.micro"
              user_data     = <<-EOT
                #!/bin/sh
                %{~for name in keys(var.sizes)~}
                echo "${name}" >> $${HOME}/names
                %{~endfor~}
              EOT

              root_block_device {
                volume_type = "gp2"
                volume_size = 20
              }

              tags = merge(local.tags, {
                Name = "web-${each.key}"
              })

              lifecycle {
                ignore_changes = [tags["x"]]
              }
            }

            output "ids" {
              value = [for w in aws_instance.web : w.id]
            }

            """
        ),
    ]

    static var all: [String] { generated + files.map(\.text) }
}
