package swivel.cli;

final class X {}
