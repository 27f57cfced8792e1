package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --cpu}: what a guest finds of VFP and NEON. */
class CoreFeaturesTest {
    private static final String KERNEL = Swivel.guest("linux-v7/vmlinux");

    /** As the same kernel prints it on QEMU: with all, without NEON, with 16 registers, without VFP. */
    @ParameterizedTest
    @CsvSource({
        "cortex-a15, half thumb fastmult vfp edsp neon vfpv3 tls vfpv4 idiva idivt vfpd32 lpae",
        "cortex-a7, half thumb fastmult vfp edsp neon vfpv3 tls vfpv4 idiva idivt vfpd32 lpae",
        "'cortex-a15,neon=off', half thumb fastmult vfp edsp vfpv3 tls vfpv4 idiva idivt vfpd32 lpae",
        "'cortex-a15,vfp-d32=off', half thumb fastmult vfp edsp vfpv3 vfpv3d16 tls vfpv4 idiva idivt lpae",
        "'cortex-a15,vfp=off,neon=off,vfp-d32=off', half thumb fastmult edsp tls idiva idivt lpae"
    })
    void guestSaysWhatItsCoreHas(String cpu, String features) {
        Swivel.Result result =
                Swivel.run("demo", "--cpu", cpu, "--kernel", KERNEL, "--script", "grep Features /proc/cpuinfo");
        assertEquals(ExitStatus.OK, result.status(), result.errors());
        assertEquals(
                Set.of(features.split(" ")),
                Set.of(result.output().replaceFirst(".*:", "").strip().split(" ")));
    }
}
