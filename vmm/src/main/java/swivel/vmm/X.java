package swivel.vmm;

final class X {}
