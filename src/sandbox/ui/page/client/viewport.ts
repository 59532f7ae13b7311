import { useEffect, useState } from "preact/hooks";

const PHONE = "(max-width: 760px)";

/** True where one column is all there is room for. */
export function useIsPhone(): boolean {
  const [isPhone, setIsPhone] = useState(matchMedia(PHONE).matches);
  useEffect(() => {
    const query = matchMedia(PHONE);
    const update = () => setIsPhone(query.matches);
    query.addEventListener("change", update);
    return () => query.removeEventListener("change", update);
  }, []);
  return isPhone;
}
