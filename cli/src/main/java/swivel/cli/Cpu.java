package swivel.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import swivel.arm.core.CoreModel;
import swivel.arm.core.FloatingPointUnit;

/**
 * {@code --cpu}: a core and what it has of the options that QEMU spells the same. As there, VFP and NEON are left out
 * only if that is asked for; without VFP there is no NEON.
 *
 * @param floatingPoint what there is of VFP and NEON
 */
record Cpu(CoreModel core, FloatingPointUnit floatingPoint) {
    /** What picocli asks for; the one that Java makes costs a start 30 ms. */
    @Override
    public String toString() {
        return core.toString();
    }

    /** Of {@code CORE[,vfp=on|off][,vfp-d32=on|off][,neon=on|off]}. */
    static final class Converter implements ITypeConverter<Cpu> {
        @Override
        public Cpu convert(String value) {
            String[] parts = value.split(",", -1);
            CoreModel core = new SpelledEnum<>(CoreModel.class).convert(parts[0]);
            boolean vfp = true;
            boolean upperRegisters = true;
            boolean neon = true;
            boolean wantsNeon = false;
            for (int i = 1; i < parts.length; i++) {
                switch (parts[i]) {
                    case "vfp=on" -> vfp = true;
                    case "vfp=off" -> vfp = false;
                    case "vfp-d32=on" -> upperRegisters = true;
                    case "vfp-d32=off" -> upperRegisters = false;
                    case "neon=on", "neon=off" -> {
                        neon = parts[i].endsWith("=on");
                        wantsNeon = neon;
                    }
                    default ->
                        throw new TypeConversionException(
                                "'%s' is none of vfp, vfp-d32 and neon, =on or =off".formatted(parts[i]));
                }
            }
            if (wantsNeon && !(vfp && upperRegisters)) {
                throw new TypeConversionException("no core has NEON without all registers of VFP");
            }
            FloatingPointUnit unit = core.floatingPoint();
            unit = !vfp ? FloatingPointUnit.NONE : upperRegisters ? unit : unit.withoutUpperRegisters();
            return new Cpu(core, neon ? unit : unit.withoutSimd());
        }
    }
}
