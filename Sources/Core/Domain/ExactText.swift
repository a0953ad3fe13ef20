extension StringProtocol {
    /// Equal to the byte, as Terraform compares names.
    ///
    /// `==` also holds texts equal that only look alike, such as `K` and the sign of kelvin.
    package func isExactly(_ other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }
}
