import Domain
import TestSupport
import Testing

@testable import GitAdapter

@Suite("Which repository a clone is of")
struct PlaceTests {
    @Test(
        "is its remote's URL, whoever signs in",
        arguments: [
            ("https://git.example.com/a.git", "https://git.example.com/a.git"),
            ("https://robot:token-1@git.example.com/a@b.git", "https://git.example.com/a@b.git"),
            ("https://gitlab-ci-token@git.example.com/a.git", "https://git.example.com/a.git"),
            ("ssh://git@git.example.com:2222/a.git", "ssh://git.example.com:2222/a.git"),
            ("git@git.example.com:a.git", "git@git.example.com:a.git"), ("../a.git", "../a.git"),
        ])
    func remote(url: String, place: String) async throws {
        let folder = try TemporaryFolder()
        for name in ["one", "two"] {
            try await Shell.git("init", "-q", "--bare", folder.file(name))
            try await Shell.git("--git-dir", folder.file(name), "config", "remote.origin.url", url)
            #expect(try repository(folder, name).place == place)
        }
    }

    @Test("is the folder of one without a remote")
    func local() async throws {
        let folder = try TemporaryFolder()
        for name in ["one", "two"] { try await Shell.git("init", "-q", "--bare", folder.file(name)) }
        let places = try ["one", "two"].map { try repository(folder, $0).place }
        #expect(places.map { $0.hasSuffix("/one/") } == [true, false] && places[1].hasSuffix("/two/"))
    }

    private func repository(_ folder: TemporaryFolder, _ name: String) throws -> GitRepository {
        try GitRepository(
            GitSettings(
                repository: folder.file(name), cacheFolder: folder.file("cache"), environment: Shell.gitEnvironment))
    }
}
