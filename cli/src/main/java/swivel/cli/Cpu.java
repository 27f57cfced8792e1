package swivel.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import swivel.arm.core.CoreModel;
import swivel.arm.core.FloatingPointUnit;

/**
 * {@code --cpu}: a core and what it has of the options that QEMU spells the same.
 *
 * @param floatingPoint what there is of VFP
 */
record Cpu(CoreModel core, FloatingPointUnit floatingPoint) {
    /** Of {@code CORE[,vfp=on|off][,vfp-d32=on|off][,neon=off]}. */
    static final class Converter implements ITypeConverter<Cpu> {
        @Override
        public Cpu convert(String value) {
            String[] parts = value.split(",", -1);
            CoreModel core = new SpelledEnum<>(CoreModel.class).convert(parts[0]);
            boolean vfp = false;
            boolean upperRegisters = true;
            for (int i = 1; i < parts.length; i++) {
                switch (parts[i]) {
                    case "vfp=on" -> vfp = true;
                    case "vfp=off" -> vfp = false;
                    case "neon=on" -> throw new TypeConversionException("there is no NEON yet");
                    case "neon=off" -> {}
                    case "vfp-d32=on" -> upperRegisters = true;
                    case "vfp-d32=off" -> upperRegisters = false;
                    default ->
                        throw new TypeConversionException(
                                "'%s' is none of vfp, vfp-d32 and neon, =on or =off".formatted(parts[i]));
                }
            }
            FloatingPointUnit unit = core.floatingPoint();
            unit = !vfp ? FloatingPointUnit.NONE : !upperRegisters ? unit.withoutUpperRegisters() : unit;
            return new Cpu(core, unit.withoutSimd());
        }
    }
}
