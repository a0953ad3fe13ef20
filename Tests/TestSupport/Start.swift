// Twins, contract suites and real servers for the tests.
