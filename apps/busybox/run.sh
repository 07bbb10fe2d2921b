# Built-ins and applets that need no second process.
echo "Hello from busybox sh"
set -- one two three
for w in "$@"; do
	printf '%s ' "$w"
done
echo "$#"
i=0
while [ $i -lt 5 ]; do
	i=$((i + 1))
done
echo "counted to $i"
case hello in
h*) echo "pattern matched" ;;
esac
f() { local v=inner; echo "$v $1"; }
f call
echo "file content" >/tmp/uk-busybox-note
read -r line </tmp/uk-busybox-note
echo "$line"
[ -e /tmp/uk-busybox-note ] && echo "exists"
trap 'echo leaving' EXIT
exit 3
