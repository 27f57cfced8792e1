# Works on the files of a shared folder and tells how that went. In a guest; the same is to be printed whoever shares it.
cd /mnt/home || exit 1
umask 022
say() { echo "== $*"; }
show() { stat -c '%n %F %a %u:%g %s %h %t:%T %Y' "$@" 2>&1; }
t() { "$@" 2>&1; echo "-> $?"; }
say there
find . | sort | while read -r f; do stat -c '%n %F %a %s %h' "$f"; done
find . -type f | sort | xargs sha256sum
say modes
echo one >one; chmod 4751 one; touch -d '2001-02-03 04:05:06' one; show one
t chmod 000 one; show one; t cat one; chmod 640 one
t chown 12:34 one; show one
umask 077; echo x >private; mkdir pdir; touch -d '2001-02-03 04:05:06' private pdir; stat -c '%n %a' private pdir; umask 022
mkdir -m 1777 sticky; mkdir -m 2775 setgid; stat -c '%n %a' sticky setgid
say links
ln -s one sym; ln -s /nowhere dangling; ln -s ../../etc up; ln one hard; ln sym hardsym
for l in sym dangling up hardsym; do stat -c '%n %F %s %h' $l; readlink $l; done
show hard one; t cat sym; t cat dangling; t ln one hard; t ln pdir dirlink
echo more >>hard; cat one
say rename
mkdir -p a/b/c; echo deep >a/b/c/f; t mv a z; t cat z/b/c/f; t mv z/b/c/f z/f2; t cat z/f2
t mv z z/b/inside; echo other >other; t mv other z/f2; cat z/f2
mkdir full; echo 1 >full/1; mkdir empty; t mv -T empty full; t mv -T empty pdir; ls -d empty pdir
say unlink
exec 3>gone; echo before >&3; rm gone; echo after >&3; t ls gone; exec 3>&-
exec 4<z/f2; rm z/f2; t cat <&4; exec 4<&-
t rmdir full; t rm full/1; t rmdir full; t rm nothing; t rmdir nothing; t rm -f sym; ls
say sizes
dd if=/dev/zero of=big bs=65537 count=33 2>/dev/null; show big | cut -d' ' -f1-7; sha256sum big
truncate -s 100 big; stat -c %s big; truncate -s 3000000000 big; stat -c %s big; tail -c 5 big | od -c; rm big
i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); done >text; dd if=text of=text conv=notrunc bs=7 seek=3 skip=50 count=2 2>/dev/null; sha256sum text
echo tail >>text; tail -1 text; dd if=text bs=1 skip=10 count=7 2>/dev/null; echo
say many
mkdir many; i=0; while [ $i -lt 700 ]; do : >many/a-file-with-a-long-name-$i; i=$((i+1)); done
ls many | wc -l; ls many | sort | sha256sum; rm -rf many; t ls many
say names
t mkdir "$(printf 'with space')"; t mkdir "$(printf 'n\351w')"; t touch "$(printf '%0255d' 1)"; t touch "$(printf '%0256d' 1)"; ls | tail -n 30
t mkdir one/x; t cat pdir; t ls one/x; t mkdir pdir
say sync
t sync; t sync one
say times
touch -a -d '2010-01-01 00:00:00' one; touch -m -d '2011-01-01 00:00:01' one; stat -c '%X %Y' one
touch -h -d '2012-01-01 00:00:00' dangling; stat -c '%Y' dangling
say program
cp /bin/busybox ./busybox; chmod 755 busybox; t ./busybox echo it runs; rm busybox
say end
find . | sort | while read -r f; do stat -c '%n %F %a %s %h' "$f"; done
