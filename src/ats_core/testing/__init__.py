"""The test kit: fakes of every port and contract suites that an adapter inherits. Needs pytest."""
