import Foundation
import TestSupport

/// A disk that is full, or a file system that is read-only, below one folder: also for root, and without rights.
///
/// A library that is loaded before all others answers the calls that would write there.
final class HostileDisk: Sendable {
    enum Kind: String, Sendable {
        case full, readonly
    }

    let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        let source = try folder.write(Self.source, to: "disk.c")
        try await Shell.run("clang", ["-shared", "-fPIC", "-O1", "-o", folder.file("disk.so"), source, "-ldl"])
    }

    /// For Sphinx and, through a `git` of the folder's own, for git; Terraform makes its calls itself.
    func environment(_ kind: Kind, below place: String, path: String) throws -> [String: String] {
        let words = [
            "LD_PRELOAD": folder.file("disk.so"), "HOSTILE_DISK": place, "HOSTILE_DISK_MODE": kind.rawValue,
        ]
        let bin = "\(kind.rawValue)-\(abs(place.hashValue))"
        let assignments = words.sorted { $0.key < $1.key }.map { "\($0.key)='\($0.value)'" }.joined(separator: " ")
        try folder.write("#!/bin/sh\nPATH='\(path)' \(assignments) exec git \"$@\"\n", to: "\(bin)/git")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.file("\(bin)/git"))
        return words.merging(["PATH": "\(folder.file(bin)):\(path)"]) { $1 }
    }

    private static let source = #"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <stdarg.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/stat.h>
        #include <unistd.h>

        static int is(const char *mode) {
            const char *set = getenv("HOSTILE_DISK_MODE");
            return set && !strcmp(set, mode);
        }
        static int below(const char *path) {
            const char *folder = getenv("HOSTILE_DISK");
            return folder && strncmp(path, folder, strlen(folder)) == 0;
        }
        static int below_fd(int fd) {
            char link[64], place[4097];
            snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
            ssize_t count = readlink(link, place, 4096);
            if (count < 0) return 0;
            place[count] = 0;
            return below(place);
        }
        static int full(int fd) {
            struct stat status;
            if (!is("full") || fstat(fd, &status) || !S_ISREG(status.st_mode) || !below_fd(fd)) return 0;
            errno = ENOSPC;
            return 1;
        }
        static int locked(const char *path, int flags) {
            char place[8300];
            if (!is("readonly") || !(flags & (O_CREAT | O_WRONLY | O_RDWR | O_TRUNC))) return 0;
            if (path[0] != '/') {
                if (!getcwd(place, 4096)) return 0;
                strcat(place, "/");
                strncat(place, path, 4000);
                path = place;
            }
            if (!below(path)) return 0;
            errno = EROFS;
            return 1;
        }
        #define NEXT(name, type) static __typeof__((type)0) next; if (!next) next = (__typeof__(next))dlsym(RTLD_NEXT, #name)

        ssize_t write(int fd, const void *bytes, size_t count) {
            NEXT(write, ssize_t (*)(int, const void *, size_t));
            return full(fd) ? -1 : next(fd, bytes, count);
        }
        #define PWRITE(name) \
            ssize_t name(int fd, const void *bytes, size_t count, off_t offset) { \
                NEXT(name, ssize_t (*)(int, const void *, size_t, off_t)); \
                return full(fd) ? -1 : next(fd, bytes, count, offset); \
            }
        PWRITE(pwrite)
        PWRITE(pwrite64)
        #define OPEN(name) \
            int name(const char *path, int flags, ...) { \
                NEXT(name, int (*)(const char *, int, ...)); \
                va_list rest; \
                va_start(rest, flags); \
                int mode = va_arg(rest, int); \
                va_end(rest); \
                return locked(path, flags) ? -1 : next(path, flags, mode); \
            }
        OPEN(open)
        OPEN(open64)
        int mkdir(const char *path, mode_t mode) {
            NEXT(mkdir, int (*)(const char *, mode_t));
            return locked(path, O_CREAT) ? -1 : next(path, mode);
        }
        int rename(const char *old, const char *path) {
            NEXT(rename, int (*)(const char *, const char *));
            return locked(path, O_CREAT) ? -1 : next(old, path);
        }

        """#
}
