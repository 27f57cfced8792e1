package swivel.bench;

/** What a guest's programs are made for, and with that the processor that both emulators give them. */
enum Userland {
    /** ARMv5TE, A32 and soft float, on a processor that has no more, so that no library finds something to use. */
    ARMEL("benchmark", "", "bench/initramfs.cpio", "cortex-a15,vfp=off,neon=off", "cortex-a15,vfp=off,neon=off"),
    /** Thumb-2 code with VFP and, where there is any, Advanced SIMD. */
    ARMHF("armhf benchmark", "-armhf", "bench-armhf/initramfs.cpio", "cortex-a15,vfp=on", "cortex-a15");

    /** The head of the first column of its table. */
    final String title;

    /** What a benchmark's path has after the guest. */
    final String suffix;

    /** The initial file system with the programs, of {@code guests/build}. */
    final String initrd;

    /** Swivel's {@code --cpu}. */
    final String cpu;

    /** QEMU's {@code -cpu}. */
    final String qemuCpu;

    Userland(String title, String suffix, String initrd, String cpu, String qemuCpu) {
        this.title = title;
        this.suffix = suffix;
        this.initrd = initrd;
        this.cpu = cpu;
        this.qemuCpu = qemuCpu;
    }
}
