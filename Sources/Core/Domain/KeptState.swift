/// A state that an apply could not save, as its file says; whether it fits is Terraform's to judge.
package struct KeptState: Hashable, Sendable {
    package let file: String
    package let serial: Int64
    package let lineage: String
    /// How many resources it holds.
    package let resources: Int
    /// Of the file's bytes.
    package let digest: Digest

    package init(file: String, serial: Int64, lineage: String, resources: Int, digest: Digest) {
        self.file = file
        self.serial = serial
        self.lineage = lineage
        self.resources = resources
        self.digest = digest
    }

    /// Its name once it was recovered.
    package var recoveredFile: String { "\(file).recovered" }
}
